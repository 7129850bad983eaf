import type { RequestSummary } from '@nexus/contract';

/** What the gateway records as the method where the first line could not be read. */
const NO_METHOD = 'UNKNOWN';

/** Method and path: `POST /v1/messages`. */
export function toRequestLine({ method, path }: Pick<RequestSummary, 'method' | 'path'>): string {
  return method === NO_METHOD ? 'no readable first line' : `${method} ${path}`;
}

const UNREAD_CODES: ReadonlySet<string | null> = new Set(['http-malformed', 'head-too-large']);

/** True where no parser took the request: it belongs to no conversation. */
export function isUnread({ errorCode }: Pick<RequestSummary, 'errorCode'>): boolean {
  return UNREAD_CODES.has(errorCode);
}
