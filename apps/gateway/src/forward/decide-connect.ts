import { isIP } from 'node:net';
import { GatewayError } from '@nexus/contract';
import { isPrivateAddress, isPrivateHost } from '../accounts/private-address.ts';
import { type AllowedPlace, findPlace } from './allow-list.ts';
import { type ForwardTarget, parseForwardTarget } from './forward-target.ts';

/** What becomes of a CONNECT. */
export type ConnectDecision =
  /** Answered here, as the upstream that it is. */
  | { readonly kind: 'intercept'; readonly target: ForwardTarget; readonly place: AllowedPlace }
  /** Bytes pass unseen, to one of these addresses and to nothing else. */
  | { readonly kind: 'tunnel'; readonly target: ForwardTarget; readonly addresses: readonly string[] }
  | { readonly kind: 'refuse'; readonly target: ForwardTarget | null; readonly error: GatewayError };

export interface DecideConnectParts {
  readonly places: readonly AllowedPlace[];
  readonly intercept: boolean;
  /** The addresses of a host name. Asked once: what it says is what is connected to. */
  readonly resolve: (hostname: string) => Promise<readonly string[]>;
}

/** Decides by the name alone where that is enough; only a name that is allowed is ever looked up. */
export async function decideConnect(written: string, parts: DecideConnectParts): Promise<ConnectDecision> {
  const target = parseForwardTarget(written, null);
  const place = target === null ? null : findPlace(parts.places, target);
  if (target === null || place === null) return refuse(target, 'no-such-place');
  if (parts.intercept && place.basePath !== null) return { kind: 'intercept', target, place };
  if (!place.privateAllowed && isPrivateHost(target.host)) return refuse(target, 'private-host');
  const addresses = isIP(target.host) === 0 ? await findAddresses(target.host, parts.resolve) : [target.host];
  if (addresses instanceof GatewayError) return { kind: 'refuse', target, error: addresses };
  // One private address among public ones is enough: which of them answers would be up to whoever owns the name.
  if (!place.privateAllowed && addresses.some(isPrivateAddress)) return refuse(target, 'private-address');
  return { kind: 'tunnel', target, addresses: addresses.slice(0, ADDRESSES_MAX) };
}

/** How many addresses of a name are tried. */
const ADDRESSES_MAX = 4;
const RESOLVE_MS = 5_000;

function refuse(target: ForwardTarget | null, because: string): ConnectDecision {
  return { kind: 'refuse', target, error: new GatewayError('target-refused', { detail: { because } }) };
}

async function findAddresses(
  host: string,
  resolve: DecideConnectParts['resolve'],
): Promise<readonly string[] | GatewayError> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new GatewayError('upstream-timeout')), RESOLVE_MS);
  try {
    const addresses = await Promise.race([resolve(host), late]);
    return addresses.length > 0 ? addresses : toUnknown(host);
  } catch (error) {
    return error instanceof GatewayError ? error : toUnknown(host);
  } finally {
    clearTimeout(timer);
  }
}

function toUnknown(host: string): GatewayError {
  return new GatewayError('upstream-unreachable', { publicMessage: `The host name ${host} was not found.` });
}
