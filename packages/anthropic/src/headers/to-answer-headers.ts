import { dropHopByHop } from './hop-by-hop.ts';

/**
 * The headers to answer the caller with: the upstream's, verbatim, but for what belongs to its connection or its host
 * name; and the id under which the request is recorded.
 */
export function toAnswerHeaders(upstream: Headers, requestId: string): Headers {
  const headers = new Headers(upstream);
  dropHopByHop(headers);
  for (const name of ABOUT_THE_HOST) headers.delete(name);
  headers.set('x-nexus-request-id', requestId);
  return headers;
}

/** Promises about the upstream's own host; from us they would bind our host name to HTTP/3 or to HTTPS for a year. */
const ABOUT_THE_HOST = ['alt-svc', 'strict-transport-security'] as const;
