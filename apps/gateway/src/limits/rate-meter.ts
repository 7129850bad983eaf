import { type Rate, settleWithRate, type Taken, takeFromRate } from '@nexus/core';

/** So many units of one bucket, at its rate. */
export interface RateAsk {
  /** What is counted and for whom, such as `requests key:0198…`. */
  readonly bucket: string;
  readonly rate: Rate;
  readonly units: number;
}

/** Gives back what was taken. */
export function toReturned(ask: RateAsk): RateAsk {
  return { ...ask, units: -ask.units };
}

/** What became of each ask, in their order. Nothing is taken from any bucket where one refused. */
export type RateTaken = readonly Taken[];

/** Rates that are kept in this process. */
export interface RateMeter {
  /** Takes from all buckets or from none. */
  take(asks: readonly RateAsk[]): RateTaken;
  /** Takes or gives back (negative units) what an estimate was wrong by. */
  settle(asks: readonly RateAsk[]): void;
}

/** A bucket is some 100 bytes, so that all of them are 10 MB. */
const BUCKETS_MAX = 100_000;

/**
 * Rates of this process alone: n processes admit n times as much. A bucket that was paid off is as good as one that nobody
 * used, so it is forgotten once there are many. `monotonicMs` never goes back.
 */
export function createRateMeter(monotonicMs: () => number): RateMeter {
  const buckets = new Map<string, number>();

  function keep(bucket: string, paidOffAtMs: number): void {
    if (buckets.size >= BUCKETS_MAX && !buckets.has(bucket)) makeRoom(buckets, monotonicMs());
    buckets.set(bucket, paidOffAtMs);
  }

  return {
    take: (asks) => {
      const nowMs = monotonicMs();
      const taken = asks.map(({ bucket, rate, units }) =>
        takeFromRate(rate, buckets.get(bucket) ?? 0, { units, nowMs }),
      );
      if (taken.every(({ admitted }) => admitted)) {
        for (const [index, { paidOffAtMs }] of taken.entries()) keep(asks[index]?.bucket ?? '', paidOffAtMs);
      }
      return taken;
    },
    settle: (asks) => {
      const nowMs = monotonicMs();
      for (const { bucket, rate, units } of asks) {
        keep(bucket, settleWithRate(rate, buckets.get(bucket) ?? 0, { units, nowMs }));
      }
    },
  };
}

/** Forgets what is paid off; where nothing is, a tenth of the buckets that are there longest. */
function makeRoom(buckets: Map<string, number>, nowMs: number): void {
  for (const [bucket, paidOffAtMs] of buckets) if (paidOffAtMs <= nowMs) buckets.delete(bucket);
  if (buckets.size < BUCKETS_MAX) return;
  let count = BUCKETS_MAX / 10;
  for (const bucket of buckets.keys()) {
    if (count <= 0) return;
    buckets.delete(bucket);
    count -= 1;
  }
}
