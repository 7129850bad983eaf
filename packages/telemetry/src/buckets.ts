/** Upper bounds in seconds: from the microseconds of a phase to the minutes of a long answer. */
const BOUNDS_SECONDS = [
  0.000_01, 0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600,
] as const;

/** How many durations fell between two bounds, and what they were together. */
export interface Buckets {
  readonly counts: Float64Array;
  sumSeconds: number;
}

export function createBuckets(): Buckets {
  return { counts: new Float64Array(BOUNDS_SECONDS.length + 1), sumSeconds: 0 };
}

export function observeIn(buckets: Buckets, seconds: number): void {
  const index = findBucket(seconds);
  buckets.counts[index] = (buckets.counts[index] ?? 0) + 1;
  buckets.sumSeconds += seconds;
}

function findBucket(seconds: number): number {
  let index = 0;
  while (index < BOUNDS_SECONDS.length && seconds > (BOUNDS_SECONDS[index] ?? Infinity)) index += 1;
  return index;
}

/** The lines of one series. `labels` is what stands between the braces, without `le`. */
export function toBucketSamples(name: string, labels: string, buckets: Buckets): string[] {
  let total = 0;
  const before = labels === '' ? '' : `${labels},`;
  const lines = BOUNDS_SECONDS.map((bound, index) => {
    total += buckets.counts[index] ?? 0;
    return `${name}_bucket{${before}le="${bound}"} ${total}`;
  });
  total += buckets.counts[BOUNDS_SECONDS.length] ?? 0;
  const own = labels === '' ? '' : `{${labels}}`;
  return [
    ...lines,
    `${name}_bucket{${before}le="+Inf"} ${total}`,
    `${name}_sum${own} ${buckets.sumSeconds}`,
    `${name}_count${own} ${total}`,
  ];
}
