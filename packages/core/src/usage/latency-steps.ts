/** The first step ends here; every further one is √2 times as long, so a percentile is off by a fifth at most. */
const FIRST_STEP_MS = 10;
/** The last step that has an end ends at eleven minutes, which no exchange outlives by default. */
const LAST_STEP = 32;

/**
 * Counts by step, from the shortest on; steps after the last with anything in it are left out. Two are merged by adding
 * step to step.
 */
export type LatencyHistogram = readonly number[];

/** The step that a span (milliseconds) is counted in. */
export function toLatencyStep(spanMs: number): number {
  if (!(spanMs > FIRST_STEP_MS)) return 0;
  return Math.min(LAST_STEP + 1, Math.ceil(2 * Math.log2(spanMs / FIRST_STEP_MS)));
}

export function toLatencyHistogram(spanMs: number | null): LatencyHistogram {
  if (spanMs === null) return [];
  const step = toLatencyStep(spanMs);
  return Array.from({ length: step + 1 }, (_, at) => (at === step ? 1 : 0));
}

export function mergeLatency(left: LatencyHistogram, right: LatencyHistogram): LatencyHistogram {
  const length = Math.max(left.length, right.length);
  return Array.from({ length }, (_, step) => (left[step] ?? 0) + (right[step] ?? 0));
}

/** The span (milliseconds) that `share` of all spans stay within, evenly spread inside a step; null where nothing was counted. */
export function findPercentile(histogram: LatencyHistogram, share: number): number | null {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const wanted = total * share;
  let before = 0;
  for (const [step, count] of histogram.entries()) {
    if (count > 0 && before + count >= wanted) {
      const from = step === 0 ? 0 : toStepEndMs(step - 1);
      return Math.round(from + ((wanted - before) / count) * (toStepEndMs(step) - from));
    }
    before += count;
  }
  return Math.round(toStepEndMs(histogram.length - 1));
}

function toStepEndMs(step: number): number {
  return FIRST_STEP_MS * 2 ** (step / 2);
}
