import { ApiError } from '@nexus/contract';

/** An exchange may last ten minutes, and its id is as old as its start; with it, clocks that differ a little. */
const FRESH_MS = 15 * 60_000;

/** Whether a request that is not found may only not be found yet. Ids carry their time in their first 48 bits (RFC 9562, version 7). */
export function isBeingRecorded(error: unknown, requestId: string, nowMs = Date.now()): boolean {
  if (!(error instanceof ApiError) || error.code !== 'request-unknown') return false;
  const bornMs = Number.parseInt(requestId.replaceAll('-', '').slice(0, 12), 16);
  return Math.abs(nowMs - bornMs) < FRESH_MS;
}
