/** Sessions that were seen of late. */
export interface ActiveSessions {
  see(sessionId: string): void;
  count(): number;
}

const ACTIVE_MS = 300_000;
/** Callers name sessions as they like. */
const SESSIONS_MAX = 10_000;

/** `clock` gives epoch milliseconds. */
export function createActiveSessions(clock: () => number): ActiveSessions {
  /** The one that was seen last stands last. */
  const seenAtMs = new Map<string, number>();
  return {
    see: (sessionId) => {
      seenAtMs.delete(sessionId);
      seenAtMs.set(sessionId, clock());
      const [oldest] = seenAtMs.keys();
      if (seenAtMs.size > SESSIONS_MAX && oldest !== undefined) seenAtMs.delete(oldest);
    },
    count: () => {
      const sinceMs = clock() - ACTIVE_MS;
      for (const [sessionId, atMs] of seenAtMs) {
        if (atMs >= sinceMs) break;
        seenAtMs.delete(sessionId);
      }
      return seenAtMs.size;
    },
  };
}
