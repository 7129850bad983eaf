/** Failed attempts of one address within a window before it must wait. */
const FAILURES_MAX = 10;
const WINDOW_MS = 60_000;

/** Addresses remembered; beyond it the one that failed longest ago is forgotten. */
const ADDRESSES_MAX = 10_000;

/**
 * Counts failed attempts by address: links cannot be tried at the speed of the network, and who tries keys is told to wait.
 * A right DASHBOARD_API_KEY is let in all the same; against guessing it is protected by its own length.
 */
export interface AttemptThrottle {
  isBlocked(address: string): boolean;
  fail(address: string): void;
}

/** `clock` gives epoch milliseconds. */
export function createAttemptThrottle(clock: () => number): AttemptThrottle {
  const failures = new Map<string, { count: number; sinceMs: number }>();

  function find(address: string) {
    const entry = failures.get(address);
    return entry !== undefined && clock() - entry.sinceMs < WINDOW_MS ? entry : null;
  }

  return {
    isBlocked: (address) => (find(address)?.count ?? 0) >= FAILURES_MAX,
    fail(address) {
      const entry = find(address) ?? { count: 0, sinceMs: clock() };
      failures.delete(address);
      failures.set(address, { ...entry, count: entry.count + 1 });
      const oldest = failures.size > ADDRESSES_MAX ? failures.keys().next().value : undefined;
      if (oldest !== undefined) failures.delete(oldest);
    },
  };
}
