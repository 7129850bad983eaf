import { type Exchange, type StopReason, stopExchange } from './exchange.ts';

export interface Deadlines {
  readonly connectMs: number;
  readonly firstByteMs: number;
  readonly idleMs: number;
  /** From the moment the exchange goes upstream. */
  readonly totalMs: number;
  /** From the moment the exchange begins. */
  readonly serverMs: number;
  /** Between two pieces of a body. The exchange says itself when that is; here it sets the pace of looking. */
  readonly bodyMs: number;
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
  /** Called about once a second for each exchange that runs. */
  readonly keep: (exchange: Exchange) => void;
}

export function createDeadlineWatch(options: DeadlineWatchOptions): DeadlineWatch {
  const { deadlines, keep } = options;
  const inFlight = new Set<Exchange>();
  // A quarter of the shortest bound keeps every bound within 25 %.
  const tickMs = Math.max(TICK_MS_MIN, Math.min(TICK_MS_MAX, ...Object.values(deadlines).map((ms) => ms / 4)));
  const timer = setInterval(tick, tickMs);
  timer.unref();

  function tick(): void {
    if (inFlight.size === 0) return;
    for (const exchange of inFlight) {
      const { contact } = exchange;
      const reason = decideStop(exchange, deadlines, contact?.isUnreachable() ?? false);
      if (reason !== null) stopExchange(exchange, reason);
      else if (contact !== null && waitsInSilence(exchange, contact.silentMs())) contact.expect();
      if (exchange.forwarded && exchange.elapsedMs() - exchange.keptAtMs >= KEEP_EVERY_MS) keep(exchange);
      if (isLong(exchange)) exchange.requestBody = null;
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

/** What a process that is killed loses of a running answer: this, and the half second in which journals are written. */
const KEEP_EVERY_MS = 1_000;

/** Nobody at the upstream has said anything since this exchange went there. */
function waitsInSilence(exchange: Exchange, silentMs: number): boolean {
  if (!exchange.forwarded || exchange.firstByteMs !== null) return false;
  return silentMs >= exchange.elapsedMs() - exchange.forwardedAtMs;
}

/** By then the recorder has its own copy of the body; thousands of long streams must not hold theirs here too. */
const BODY_KEPT_MS = 2_000;

function isLong(exchange: Exchange): boolean {
  return exchange.forwarded && exchange.elapsedMs() - exchange.forwardedAtMs > BODY_KEPT_MS;
}

/** Which bound an exchange has passed, if any. `unreachable`: the upstream does not even take connections. */
export function decideStop(
  exchange: Pick<
    Exchange,
    'elapsedMs' | 'bodyDueMs' | 'forwarded' | 'forwardedAtMs' | 'firstByteMs' | 'waitingSinceMs'
  >,
  deadlines: Deadlines,
  unreachable: boolean,
): StopReason | null {
  const elapsedMs = exchange.elapsedMs();
  if (elapsedMs >= deadlines.serverMs) return 'total-timeout';
  if (!exchange.forwarded) return elapsedMs >= exchange.bodyDueMs ? 'body-timeout' : null;
  const forwardedMs = elapsedMs - exchange.forwardedAtMs;
  if (forwardedMs >= deadlines.totalMs) return 'total-timeout';
  if (exchange.waitingSinceMs === null) return null;
  const waitingMs = elapsedMs - exchange.waitingSinceMs;
  if (exchange.firstByteMs !== null) return waitingMs >= deadlines.idleMs ? 'idle-timeout' : null;
  if (waitingMs >= deadlines.firstByteMs) return 'first-byte-timeout';
  if (unreachable && forwardedMs >= deadlines.connectMs) return 'connect-timeout';
  return null;
}
