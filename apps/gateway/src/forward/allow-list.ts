import { isPrivateHost } from '../accounts/private-address.ts';
import { type ForwardTarget, parseForwardTarget } from './forward-target.ts';

/** A place that the forward proxy may lead to. */
export interface AllowedPlace extends ForwardTarget {
  /** Path of its base URL, without a slash at its end; null for a place that is no upstream. */
  readonly basePath: string | null;
  /** `host` stands for every name below it. */
  readonly below: boolean;
  /** The operator named this very host and port, so a private address is meant. */
  readonly privateAllowed: boolean;
}

const HTTPS_PORT = 443;

/** A place from an entry of NEXUS_FORWARD_ALLOW; null for one that names nothing. */
export function toAllowedPlace(entry: string): AllowedPlace | null {
  const below = entry.startsWith('*.');
  const written = below ? entry.slice(2) : entry;
  const target = parseForwardTarget(written, HTTPS_PORT);
  if (target === null) return null;
  return { ...target, basePath: null, below, privateAllowed: !below && /:\d+$/.test(written) };
}

/** The place of an upstream. One that is private as it is written was meant to be. */
export function toUpstreamPlace(baseUrl: string): AllowedPlace | null {
  const { hostname, port, protocol, pathname } = new URL(baseUrl);
  const target = parseForwardTarget(hostname, Number(port) || (protocol === 'https:' ? HTTPS_PORT : 80));
  if (target === null) return null;
  return { ...target, basePath: pathname.replace(/\/+$/, ''), below: false, privateAllowed: isPrivateHost(hostname) };
}

/** The place that `target` names: an upstream before what else is allowed. */
export function findPlace(places: readonly AllowedPlace[], target: ForwardTarget): AllowedPlace | null {
  const found = places.filter((place) => place.port === target.port && isHostOf(place, target.host));
  return (
    found.find(({ basePath }) => basePath !== null) ??
    found.find(({ privateAllowed }) => privateAllowed) ??
    found[0] ??
    null
  );
}

function isHostOf({ host, below }: AllowedPlace, asked: string): boolean {
  return below ? asked.endsWith(`.${host}`) : asked === host;
}
