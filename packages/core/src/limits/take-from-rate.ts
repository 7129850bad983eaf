/** So many in so long, spread evenly, with a burst of all of them. */
export interface Rate {
  readonly max: number;
  readonly periodMs: number;
}

/**
 * What is kept of a rate between two calls: the instant at which everything taken so far will have been paid off (the
 * "theoretical arrival time" of the generic cell rate algorithm, ITU-T I.371). 0 is a rate that nobody used.
 */
export type PaidOffAtMs = number;

/** What became of a try to take from a rate. */
export interface Taken {
  readonly admitted: boolean;
  readonly paidOffAtMs: PaidOffAtMs;
  /** Whole units that could be taken right now. */
  readonly remaining: number;
  /** Milliseconds until all of it is there again. */
  readonly resetMs: number;
  /** Milliseconds until this try would be admitted; 0 where it was, `Infinity` where it asks for more than there ever is. */
  readonly retryAfterMs: number;
}

/** What an answer may owe at most, in periods: an hour, where the period is a minute. */
const PERIODS_OWED_MAX = 60;

/**
 * Takes `units` (1 for a request, a count for tokens) from a rate. In any span of n periods at most (n + 1) × `max` are
 * admitted. Nothing is taken by a refused try. A clock that jumps back cannot lock a rate for longer than what an answer
 * may owe.
 */
export function takeFromRate(rate: Rate, paidOffAtMs: PaidOffAtMs, { units, nowMs }: Take): Taken {
  const unitMs = rate.periodMs / rate.max;
  const owedMs = Math.min(Math.max(paidOffAtMs - nowMs, 0), rate.periodMs * PERIODS_OWED_MAX);
  const owedAfterMs = owedMs + units * unitMs;
  // A millionth of a unit: sums of fractions of milliseconds must not refuse the last of a burst.
  const admitted = owedAfterMs <= rate.periodMs + unitMs / 1_000_000;
  const owes = admitted ? owedAfterMs : owedMs;
  return {
    admitted,
    paidOffAtMs: nowMs + owes,
    remaining: Math.max(0, Math.floor((rate.periodMs - owes) / unitMs + 1e-6)),
    resetMs: owes,
    retryAfterMs: admitted ? 0 : toRetryAfterMs(rate, owedAfterMs, units * unitMs),
  };
}

/** What is asked of a rate, and when (milliseconds of any clock that goes forward). */
export interface Take {
  readonly units: number;
  readonly nowMs: number;
}

function toRetryAfterMs(rate: Rate, owedAfterMs: number, askedMs: number): number {
  return askedMs > rate.periodMs ? Infinity : owedAfterMs - rate.periodMs;
}

/**
 * Corrects what was taken by an estimate: `units` more (negative: fewer) were used than were taken. What turned out
 * larger may owe more than a period, and at most {@link PERIODS_OWED_MAX}; then nobody is admitted until it is paid off.
 */
export function settleWithRate(rate: Rate, paidOffAtMs: PaidOffAtMs, { units, nowMs }: Take): PaidOffAtMs {
  const owedMs = Math.max(paidOffAtMs - nowMs, 0);
  const owes = Math.max(0, owedMs + (units * rate.periodMs) / rate.max);
  return nowMs + Math.min(owes, rate.periodMs * PERIODS_OWED_MAX);
}
