import type { HeaderList } from './header-list.ts';
import { dropHopByHop } from './hop-by-hop.ts';
import { mergeBetas } from './merge-betas.ts';

/** What authenticates an exchange at the upstream. `pass-through` leaves the caller's own Claude credential where it stands. */
export type UpstreamCredential =
  | { readonly kind: 'api-key'; readonly key: string }
  | { readonly kind: 'bearer'; readonly token: string; readonly betas: readonly string[] }
  /** For upstreams that want their key somewhere else; `name` in lower case. */
  | { readonly kind: 'header'; readonly name: string; readonly value: string }
  | { readonly kind: 'pass-through' };

export interface UpstreamHeadersOptions {
  readonly credential: UpstreamCredential;
  /** The key the caller authenticated at us with, so that it never goes upstream whichever header carried it; null for none. */
  readonly clientKey: string | null;
  /** The same headers as a list, where there is one already: listing them is most of the cost of this. */
  readonly listed?: HeaderList;
}

/**
 * The headers to send upstream: everything the caller sent, verbatim, but for what belongs to the connection, to us, or
 * to a proxy before us; with the credential put in its place.
 */
export function toUpstreamHeaders(incoming: Headers, options: UpstreamHeadersOptions): Headers {
  const headers = new Headers(incoming);
  dropHopByHop(headers);
  for (const name of NOT_FOR_UPSTREAM) headers.delete(name);
  dropOwnHeaders(headers, options.listed ?? [...headers]);
  dropOwnKeys(headers, options.clientKey);
  setCredential(headers, options.credential);
  // A fetch without this header asks for compression by itself, and the caller would get an encoding it never offered to read.
  if (!headers.has('accept-encoding')) headers.set('accept-encoding', 'identity');
  return headers;
}

/**
 * Host and length are set anew by the sender. Cookies were given to our host name, not to the upstream's. The rest tells
 * of the way to us, which is nobody else's business.
 */
const NOT_FOR_UPSTREAM = [
  'host',
  'content-length',
  'expect',
  'cookie',
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-forwarded-server',
  'x-real-ip',
  'x-dashboard-key',
] as const;

const CREDENTIAL_HEADERS = ['authorization', 'x-api-key'] as const;

/** Every key this program makes starts so; one that authenticates nothing here must not reach the upstream either. */
const OWN_KEY_PREFIX = 'nx_';

function dropOwnHeaders(headers: Headers, listed: HeaderList): void {
  for (const [name] of listed) {
    if (name.startsWith('x-nexus-')) headers.delete(name);
  }
}

function dropOwnKeys(headers: Headers, clientKey: string | null): void {
  for (const name of CREDENTIAL_HEADERS) {
    const value = headers.get(name);
    if (value === null) continue;
    const token = value.replace(/^bearer\s+/i, '').trim();
    if (token === clientKey || token.startsWith(OWN_KEY_PREFIX)) headers.delete(name);
  }
}

function setCredential(headers: Headers, credential: UpstreamCredential): void {
  switch (credential.kind) {
    case 'api-key':
      headers.delete('authorization');
      headers.set('x-api-key', credential.key);
      return;
    case 'bearer': {
      headers.delete('x-api-key');
      headers.set('authorization', `Bearer ${credential.token}`);
      const betas = mergeBetas(headers.get('anthropic-beta'), credential.betas);
      if (betas !== null) headers.set('anthropic-beta', betas);
      return;
    }
    case 'header':
      for (const name of CREDENTIAL_HEADERS) headers.delete(name);
      headers.set(credential.name, credential.value);
      return;
    case 'pass-through':
      return;
    default:
      credential satisfies never;
  }
}
