import { type ErrorCode, GatewayError } from '@nexus/contract';
import { isClientKey } from '../identity/client-key.ts';
import type { DomainIndex } from '../identity/domain-index.ts';
import type { KeyIndex } from '../identity/key-index.ts';
import { normaliseHost } from '../identity/normalise-host.ts';
import { listPresentedKeys } from '../identity/presented-keys.ts';
import { readProxyKeys } from './read-proxy-key.ts';

/** Who asks the forward proxy for something. */
export interface ForwardCaller {
  /** The key as it was shown; null where none is needed and none was shown. */
  readonly key: string | null;
  readonly keyId: string | null;
  /** The one domain that the key is good for; null for all, or without a key. */
  readonly domain: string | null;
  /** Why it may not; null where it may. */
  readonly refusal: GatewayError | null;
}

export interface GatekeeperParts {
  readonly domains: DomainIndex;
  readonly keys: KeyIndex;
  readonly keysRequired: boolean;
  readonly defaultDomain: string | null;
}

/** Tells who calls, by `Proxy-Authorization` or by a key of ours in any header that it may be in. */
export function identifyForwardCaller(headers: Headers, parts: GatekeeperParts): ForwardCaller {
  const { keys, domains } = parts;
  const shown = readProxyKeys(headers.get('proxy-authorization'));
  const wanted = toWantedDomain(headers, parts.defaultDomain);
  for (const key of [...shown, ...listPresentedKeys(headers)]) {
    if (keys.isOurs(key)) {
      const known = keys.find(key, null);
      if (known !== null && !known.scopes.includes('proxy')) return refused('scope-missing');
      if (known !== null) return { key, keyId: known.keyId, domain: known.domain, refusal: null };
      return refused(keys.areLoaded() ? 'proxy-key-unknown' : 'storage-unavailable');
    }
    const served = wanted === null ? null : domains.find(wanted);
    if (served !== null && served.clientKey !== null && isClientKey(key, served.clientKey)) {
      return { key, keyId: `file:${served.domain}`, domain: served.domain, refusal: null };
    }
  }
  if (parts.keysRequired) return refused(shown.length > 0 ? 'proxy-key-unknown' : 'proxy-key-missing');
  return { key: null, keyId: null, domain: null, refusal: null };
}

/** The domain that a caller names, else the default; null where there is none. */
export function toWantedDomain(headers: Headers, defaultDomain: string | null): string | null {
  return normaliseHost(headers.get('x-nexus-domain')) ?? defaultDomain;
}

function refused(code: ErrorCode): ForwardCaller {
  return { key: null, keyId: null, domain: null, refusal: new GatewayError(code) };
}
