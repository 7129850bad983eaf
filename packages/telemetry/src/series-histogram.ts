import { createBuckets, type Exemplar, observeIn, toBucketFamily } from './buckets.ts';
import { type MetricFamily, toLabelText } from './metric-family.ts';
import type { LabelledText } from './metric-text.ts';
import { createSeriesBook } from './series-book.ts';

export interface Histograms {
  /** Seconds. `exemplar` says where to look at this one. */
  observe(values: readonly string[], seconds: number, exemplar?: Exemplar): void;
}

/** Durations by labels whose values become known as they come. */
export function createSeriesHistogram({ name, help, labels }: LabelledText): Histograms & { toFamily(): MetricFamily } {
  const book = createSeriesBook(labels, createBuckets);
  return {
    observe: (values, seconds, exemplar) => observeIn(book.of(values), seconds, exemplar),
    toFamily: () =>
      toBucketFamily(
        { name, help },
        book.list().map(([values, buckets]) => [toLabelText(labels, values).slice(1, -1), buckets] as const),
      ),
  };
}
