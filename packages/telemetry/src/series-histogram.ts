import { createBuckets, observeIn, toBucketSamples } from './buckets.ts';
import { type MetricFamily, toLabelText } from './metric-family.ts';
import type { LabelledText } from './metric-text.ts';
import { createSeriesBook } from './series-book.ts';

export interface Histograms {
  /** Seconds. */
  observe(values: readonly string[], seconds: number): void;
}

/** Durations by labels whose values become known as they come. */
export function createSeriesHistogram({ name, help, labels }: LabelledText): Histograms & { toFamily(): MetricFamily } {
  const book = createSeriesBook(labels, createBuckets);
  return {
    observe: (values, seconds) => observeIn(book.of(values), seconds),
    toFamily: () => ({
      name,
      help,
      type: 'histogram',
      samples: book
        .list()
        .flatMap(([values, buckets]) => toBucketSamples(name, toLabelText(labels, values).slice(1, -1), buckets)),
    }),
  };
}
