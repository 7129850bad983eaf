import { isIP } from 'node:net';
import { GatewayError } from '@nexus/contract';
import { isPrivateAddress, isPrivateHost } from '../accounts/private-address.ts';
import { within } from '../within.ts';
import { type AllowedPlace, findPlace } from './allow-list.ts';
import { type ForwardTarget, parseForwardTarget } from './forward-target.ts';

/** What becomes of a CONNECT. */
export type ConnectDecision =
  /** Answered here, as the upstream that it is. */
  | { readonly kind: 'intercept'; readonly target: ForwardTarget; readonly place: AllowedPlace }
  /** Bytes pass unseen, to one of the addresses that are found and to nothing else. */
  | { readonly kind: 'tunnel'; readonly target: ForwardTarget; readonly found: Promise<FoundAddresses> }
  | { readonly kind: 'refuse'; readonly target: ForwardTarget | null; readonly error: GatewayError };

/** Where a tunnel may lead, or why it may not, which is known once its name was looked up. */
export type FoundAddresses = readonly string[] | GatewayError;

export interface DecideConnectParts {
  readonly places: readonly AllowedPlace[];
  readonly intercept: boolean;
  /** The addresses of a host name. Asked once: what it says is what is connected to. */
  readonly resolve: (hostname: string) => Promise<readonly string[]>;
}

/** Decides by the name alone; only a name that is allowed is ever looked up, and nobody waits for that here. */
export function decideConnect(written: string, parts: DecideConnectParts): ConnectDecision {
  const target = parseForwardTarget(written, null);
  const place = target === null ? null : findPlace(parts.places, target);
  if (target === null || place === null) return refuse(target, 'no-such-place');
  if (parts.intercept && place.basePath !== null) return { kind: 'intercept', target, place };
  if (!place.privateAllowed && isPrivateHost(target.host)) return refuse(target, 'private-host');
  return { kind: 'tunnel', target, found: findAllowed(target.host, place, parts.resolve) };
}

/** Never rejects. */
async function findAllowed(
  host: string,
  { privateAllowed }: AllowedPlace,
  resolve: DecideConnectParts['resolve'],
): Promise<FoundAddresses> {
  const addresses = isIP(host) === 0 ? await findAddresses(host, resolve) : [host];
  if (addresses instanceof GatewayError) return addresses;
  // One private address among public ones is enough: which of them answers would be up to whoever owns the name.
  if (!privateAllowed && addresses.some(isPrivateAddress)) return toRefused('private-address');
  return addresses.slice(0, ADDRESSES_MAX);
}

/** How many addresses of a name are tried. */
const ADDRESSES_MAX = 4;
const RESOLVE_MS = 5_000;

function refuse(target: ForwardTarget | null, because: string): ConnectDecision {
  return { kind: 'refuse', target, error: toRefused(because) };
}

function toRefused(because: string): GatewayError {
  return new GatewayError('target-refused', { detail: { because } });
}

async function findAddresses(host: string, resolve: DecideConnectParts['resolve']): Promise<FoundAddresses> {
  try {
    const addresses = await within(RESOLVE_MS, resolve(host));
    if (addresses === null) return new GatewayError('upstream-timeout');
    return addresses.length > 0 ? addresses : toUnknown(host);
  } catch {
    return toUnknown(host);
  }
}

function toUnknown(host: string): GatewayError {
  return new GatewayError('upstream-unreachable', { publicMessage: `The host name ${host} was not found.` });
}
