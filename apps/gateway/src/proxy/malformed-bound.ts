import { toMetric } from '@nexus/contract';
import type { Metrics } from '@nexus/telemetry';

/** How many requests that nobody could read go on record: a scanner sends thousands, and must fill neither store nor log. */
export interface MalformedBound {
  /** Whether one more, now, is recorded; all are counted. `nowMs` is monotonic. */
  take(nowMs: number): boolean;
}

const RECORDED_PER_SECOND_MAX = 10;

export function createMalformedBound(metrics: Metrics): MalformedBound {
  const counter = metrics.counter(toMetric('nexus_malformed_requests_total'), 'record');
  let second = -1;
  let taken = 0;
  return {
    take: (nowMs) => {
      const now = Math.floor(nowMs / 1_000);
      if (now !== second) taken = 0;
      second = now;
      taken += 1;
      const isRecorded = taken <= RECORDED_PER_SECOND_MAX;
      counter.add(isRecorded ? 'kept' : 'left out', 1);
      return isRecorded;
    },
  };
}
