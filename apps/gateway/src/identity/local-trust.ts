import { GatewayError } from '@nexus/contract';
import type { Addressed } from '../proxy/identify-domain.ts';
import { isBareHost, normaliseHost } from './normalise-host.ts';

/** Whom the gateway believes without a key. */
export interface LocalTrust {
  /** Every caller needs a key. */
  readonly keysRequired: boolean;
  /** Client authentication was switched off by name, so every caller counts as authenticated for every domain. */
  readonly everyDomain: boolean;
  /** Web origins whose pages may call. */
  readonly corsOrigins: readonly string[];
}

/**
 * A browser runs strangers' pages on this machine. Where callers need no key, a page's request must come from an
 * allowed origin, or from a page of this very host (and then under a name that no stranger can point at us).
 */
export function refuseForeignPage(headers: Headers, addressed: Addressed, trust: LocalTrust): void {
  const origin = headers.get('origin');
  if (origin === null && headers.get('sec-fetch-site') === null) return;
  if (origin !== null && trust.corsOrigins.includes(origin)) return;
  const ownHost =
    isBareHost(addressed.host) || addressed.served.source === 'file' || addressed.served.source === 'wildcard';
  const ownPage = origin === null ? isOwnFetch(headers) : isSameHost(origin, headers.get('host'));
  if (!ownHost || !ownPage) throw new GatewayError('origin-refused', { detail: { origin, host: addressed.host } });
}

/** A page may also have been typed into the address bar (`none`). */
function isOwnFetch(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site');
  return site === 'same-origin' || site === 'none';
}

function isSameHost(origin: string, host: string | null): boolean {
  if (host === null || !URL.canParse(origin)) return false;
  const page = new URL(origin);
  const ourPort = /:(\d+)$/.exec(host)?.[1] ?? '';
  return normaliseHost(page.host) === normaliseHost(host) && page.port === ourPort;
}
