import { ApiError, createClient } from '@nexus/contract';

const SIGN_IN_STATUSES = new Set([401]);

/** The API of the gateway that served this page; the session cookie travels by itself. */
export const api = createClient({ baseUrl: '', fetch: (url, init) => fetch(url, init) });

/** True where an error means that nobody is signed in (any more). */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && SIGN_IN_STATUSES.has(error.status);
}
