import { type Exchange, type StopReason, stopExchange } from './exchange.ts';
import type { UpstreamContact } from './upstream-contact.ts';

export interface Deadlines {
  readonly connectMs: number;
  readonly firstByteMs: number;
  readonly idleMs: number;
  /** From the moment the exchange goes upstream. */
  readonly totalMs: number;
  /** From the moment the exchange begins. */
  readonly serverMs: number;
}

/** Ends exchanges whose time is up. One timer for all: an exchange costs an entry in a set, not timers. */
export interface DeadlineWatch {
  add(exchange: Exchange): void;
  remove(exchange: Exchange): void;
  /** All exchanges in flight. */
  exchanges(): Iterable<Exchange>;
  size(): number;
  close(): void;
}

const TICK_MS_MAX = 250;
const TICK_MS_MIN = 5;

export interface DeadlineWatchOptions {
  readonly deadlines: Deadlines;
  readonly contact: UpstreamContact;
  /** False where the upstream cannot be probed: then only the first-byte bound holds. */
  readonly probing: boolean;
  readonly monotonicMs: () => number;
}

export function createDeadlineWatch(options: DeadlineWatchOptions): DeadlineWatch {
  const { deadlines, contact, probing, monotonicMs } = options;
  const inFlight = new Set<Exchange>();
  // A quarter of the shortest bound keeps every bound within 25 %.
  const tickMs = Math.max(TICK_MS_MIN, Math.min(TICK_MS_MAX, ...Object.values(deadlines).map((ms) => ms / 4)));
  const timer = setInterval(tick, tickMs);
  timer.unref();

  function tick(): void {
    if (inFlight.size === 0) return;
    const lastSeenMs = probing ? contact.lastSeenMs() : monotonicMs();
    const silentMs = lastSeenMs === null ? Infinity : monotonicMs() - lastSeenMs;
    for (const exchange of inFlight) {
      const reason = decideStop(exchange, deadlines, silentMs);
      if (reason !== null) stopExchange(exchange, reason);
    }
  }

  return {
    add: (exchange) => inFlight.add(exchange),
    remove: (exchange) => inFlight.delete(exchange),
    exchanges: () => inFlight,
    size: () => inFlight.size,
    close: () => clearInterval(timer),
  };
}

/** Which bound an exchange has passed, if any. `silentMs` is how long the upstream as a whole has given no sign of life. */
export function decideStop(
  exchange: Pick<Exchange, 'elapsedMs' | 'forwarded' | 'forwardedAtMs' | 'firstByteMs' | 'waitingSinceMs'>,
  deadlines: Deadlines,
  silentMs: number,
): StopReason | null {
  const elapsedMs = exchange.elapsedMs();
  if (elapsedMs >= deadlines.serverMs) return 'total-timeout';
  if (!exchange.forwarded) return null;
  const forwardedMs = elapsedMs - exchange.forwardedAtMs;
  if (forwardedMs >= deadlines.totalMs) return 'total-timeout';
  if (exchange.waitingSinceMs === null) return null;
  const waitingMs = elapsedMs - exchange.waitingSinceMs;
  if (exchange.firstByteMs !== null) return waitingMs >= deadlines.idleMs ? 'idle-timeout' : null;
  if (waitingMs >= deadlines.firstByteMs) return 'first-byte-timeout';
  if (forwardedMs >= deadlines.connectMs && silentMs >= forwardedMs) return 'connect-timeout';
  return null;
}
