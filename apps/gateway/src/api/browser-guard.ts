import { isLoopback } from '@nexus/config';

export interface BrowserPolicy {
  /** Address we bind to. */
  readonly host: string;
  /** Origins of web pages that are trusted by name. */
  readonly corsOrigins: readonly string[];
}

export type BrowserVerdict = { readonly allowed: true } | { readonly allowed: false; readonly because: string };

const ALLOWED: BrowserVerdict = { allowed: true };

/**
 * Whether the `Host` is one that leads here on purpose. Bound to loopback, only names of this machine do: any other name
 * that reaches us was pointed at 127.0.0.1 by somebody's DNS, and the browser would take us for that somebody's site.
 */
export function decideHost(headers: Headers, policy: BrowserPolicy): BrowserVerdict {
  if (!isLoopback(policy.host)) return ALLOWED;
  const name = toHostName(headers.get('host'));
  if (name !== null && (isLoopback(name) || name.endsWith('.localhost'))) return ALLOWED;
  if (name !== null && policy.corsOrigins.some((origin) => new URL(origin).hostname === name)) return ALLOWED;
  return { allowed: false, because: 'host-unexpected' };
}

/**
 * Whether a request that a browser authenticates by itself (by cookie) was made by our own page. SameSite does not tell:
 * every port of localhost is the same site.
 */
export function decideSameOrigin(method: string, headers: Headers): BrowserVerdict {
  const reads = method === 'GET' || method === 'HEAD';
  const site = headers.get('sec-fetch-site');
  if (site !== null) {
    // `none`: typed or opened by the person, not sent by a page.
    const own = site === 'same-origin' || (site === 'none' && reads);
    return own ? ALLOWED : { allowed: false, because: `sec-fetch-site is ${site}` };
  }
  const origin = headers.get('origin');
  if (origin === null) return reads ? ALLOWED : { allowed: false, because: 'no origin was sent' };
  // The scheme is not compared: behind a TLS proxy the page is https and we are not.
  const same = URL.canParse(origin) && new URL(origin).host === headers.get('host')?.toLowerCase();
  return same ? ALLOWED : { allowed: false, because: 'origin and host differ' };
}

/** Host name without port and brackets; null where the header is missing or no host. */
export function toHostName(host: string | null): string | null {
  if (host === null || !URL.canParse(`http://${host}`)) return null;
  return new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '');
}
