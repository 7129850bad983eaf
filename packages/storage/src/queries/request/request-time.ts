/** The instant (epoch milliseconds) in a UUIDv7; null for any other id, which no request of ours can have. */
export function findRequestTime(requestId: string): number | null {
  const match = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i.exec(requestId);
  return match ? Number.parseInt(`${match[1]}${match[2]}`, 16) : null;
}

/** An id is made within this time of the start that is recorded with it. */
const DRIFT_MS = 1_000;

/** The time range that holds the request of `requestId`: with it a search by id alone reads one partition. */
export function findRequestRange(requestId: string): { readonly from: Date; readonly to: Date } | null {
  const atMs = findRequestTime(requestId);
  return atMs === null ? null : { from: new Date(atMs - DRIFT_MS), to: new Date(atMs + DRIFT_MS) };
}
