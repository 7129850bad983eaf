import { type MetricFamily, toLabelText } from './metric-family.ts';

/** Upper bounds in seconds: from the microseconds of a phase to the minutes of a long answer. */
const BOUNDS_SECONDS = [
  0.000_01, 0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600,
] as const;

/** As both formats write them, so that a scraper that changes its format goes on with the same series. */
const BOUND_TEXTS = [...BOUNDS_SECONDS.map(toBoundText), '+Inf'];

/** Where to look at one of those that were counted. */
export interface Exemplar {
  /** Names and values together have 128 characters at most (OpenMetrics 1.0, "Exemplars"). */
  readonly labels: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly atMs: number;
}

/** How many durations fell between two bounds, and what they were together. */
export interface Buckets {
  readonly counts: Float64Array;
  /** The last one of each bucket, where one was told. */
  readonly exemplars: Map<number, { readonly exemplar: Exemplar; readonly seconds: number }>;
  sumSeconds: number;
}

export function createBuckets(): Buckets {
  return { counts: new Float64Array(BOUNDS_SECONDS.length + 1), exemplars: new Map(), sumSeconds: 0 };
}

export function observeIn(buckets: Buckets, seconds: number, exemplar?: Exemplar): void {
  const index = findBucket(seconds);
  buckets.counts[index] = (buckets.counts[index] ?? 0) + 1;
  buckets.sumSeconds += seconds;
  if (exemplar !== undefined) buckets.exemplars.set(index, { exemplar, seconds });
}

function findBucket(seconds: number): number {
  let index = 0;
  while (index < BOUNDS_SECONDS.length && seconds > (BOUNDS_SECONDS[index] ?? Infinity)) index += 1;
  return index;
}

/** Series of one name; `labels` is what stands between their braces, without `le`. */
export type LabelledBuckets = Iterable<readonly [labels: string, buckets: Buckets]>;

export function toBucketFamily(
  { name, help }: Pick<MetricFamily, 'name' | 'help'>,
  series: LabelledBuckets,
): MetricFamily {
  const samples: string[] = [];
  const exemplars = new Map<string, string>();
  for (const [labels, { counts, sumSeconds, exemplars: told }] of series) {
    const before = labels === '' ? '' : `${labels},`;
    let total = 0;
    for (const [index, bound] of BOUND_TEXTS.entries()) {
      total += counts[index] ?? 0;
      const line = `${name}_bucket{${before}le="${bound}"} ${total}`;
      samples.push(line);
      const found = told.get(index);
      if (found !== undefined) exemplars.set(line, toExemplarText(found.exemplar, found.seconds));
    }
    const own = labels === '' ? '' : `{${labels}}`;
    samples.push(`${name}_sum${own} ${sumSeconds}`, `${name}_count${own} ${total}`);
  }
  return { name, help, type: 'histogram', samples, exemplars };
}

function toExemplarText({ labels, atMs }: Exemplar, seconds: number): string {
  return `${toLabelText(Object.keys(labels), Object.values(labels))} ${seconds} ${atMs / 1_000}`;
}

/** The canonical form of a bound (OpenMetrics 1.0, "Considerations: Canonical Numbers"): `1.0`, `0.05`, `1e-05`. */
function toBoundText(bound: number): string {
  if (Number.isInteger(bound)) return `${bound}.0`;
  return bound < 0.000_1 ? bound.toExponential().replace(/e-(\d)$/, 'e-0$1') : `${bound}`;
}
