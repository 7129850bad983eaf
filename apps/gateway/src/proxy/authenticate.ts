import { GatewayError } from '@nexus/contract';
import { isClientKey } from '../identity/client-key.ts';
import type { DomainIndex, ServedDomain } from '../identity/domain-index.ts';
import type { KeyIndex, KnownKey } from '../identity/key-index.ts';
import { type LocalTrust, refuseForeignPage } from '../identity/local-trust.ts';
import { listPresentedKeys } from '../identity/presented-keys.ts';
import { type Exchange, enterPhase } from './exchange.ts';
import { type Addressed, readHost } from './identify-domain.ts';

/** A request whose caller is known, or need not be. */
export interface Authenticated {
  readonly phase: 'authenticated';
  readonly addressed: Addressed;
  /** Whether stored credentials of the domain may be used for this caller. */
  readonly trustedForDomain: boolean;
  /** What is known of the key of ours that the caller sent; null where it sent none, or that of a file. */
  readonly key: KnownKey | null;
  /** The key of ours that the caller sent; it never goes upstream. */
  readonly clientKey: string | null;
  /** Whether the caller sent something that may be a Claude credential of its own. */
  readonly bringsCredential: boolean;
}

export interface AuthenticateParts {
  readonly keys: KeyIndex;
  readonly trust: LocalTrust;
}

/** Finds who is calling by the key itself, whichever header carried it. */
export function authenticate(exchange: Exchange, addressed: Addressed, parts: AuthenticateParts): Authenticated {
  enterPhase(exchange, 'authenticate');
  const { served, host } = addressed;
  const { key, keyId, clientKey, bringsCredential } = findCaller(exchange, { served, host }, parts);
  if (key !== null) exchange.keyFor = key;
  if (clientKey !== null) {
    exchange.keyId = keyId;
    exchange.callerIsKnown = true;
    return { phase: 'authenticated', addressed, trustedForDomain: true, key, clientKey, bringsCredential };
  }
  refuseForeignPage(exchange.headers, addressed, parts.trust);
  exchange.callerIsKnown = true;
  const trustedForDomain = parts.trust.everyDomain || served.isDefault;
  return { phase: 'authenticated', addressed, trustedForDomain, key: null, clientKey: null, bringsCredential };
}

/** Refuses by its head alone who needs a key and has none, so that nobody unknown is waited for. */
export function refuseStranger(exchange: Exchange, domains: DomainIndex, parts: AuthenticateParts): void {
  if (!parts.trust.keysRequired) return;
  const host = readHost(exchange);
  const served = host === null ? null : domains.find(host);
  // What is wrong with the host is said by the phase that looks for the domain.
  if (host !== null && served !== null) findCaller(exchange, { served, host }, parts);
}

type FoundCaller = Pick<Authenticated, 'key' | 'clientKey' | 'bringsCredential'> & { readonly keyId: string | null };

/** The caller by what it presents; `clientKey` is null where it shows no key of ours and needs none. */
function findCaller(
  { headers, asked }: Exchange,
  { served, host }: { readonly served: ServedDomain; readonly host: string },
  { keys, trust }: AuthenticateParts,
): FoundCaller {
  let keyId: string | null = null;
  let clientKey: string | null = null;
  let known: KnownKey | null = null;
  let bringsCredential = false;
  for (const presented of listPresentedKeys(headers, asked?.proxyKey)) {
    if (keys.isOurs(presented)) {
      // A key may be for a host that no file serves: the default domain answers there, and the key is good all the same.
      const key = keys.find(presented, [served.domain, host]);
      if (key === null) throw keys.areLoaded() ? new GatewayError('key-unknown') : keysAwait();
      if (!key.scopes.includes('proxy')) throw new GatewayError('scope-missing', { detail: { scope: 'proxy' } });
      keyId = key.keyId;
      clientKey = presented;
      known = key;
    } else if (served.clientKey !== null && isClientKey(presented, served.clientKey)) {
      keyId ??= `file:${served.domain}`;
      clientKey ??= presented;
    } else {
      bringsCredential = true;
    }
  }
  if (clientKey === null && trust.keysRequired) {
    throw new GatewayError(bringsCredential ? 'key-unknown' : 'key-missing');
  }
  return { key: known, keyId, clientKey, bringsCredential };
}

/** A good key must not be called unknown because the database is slower to start than we are. */
function keysAwait(): GatewayError {
  return new GatewayError('storage-unavailable', {
    publicMessage: 'Client keys cannot be checked yet, since the database has not answered. Try again in a moment.',
  });
}
