import { type BucketHistogram, createBucketHistogram } from './bucket-histogram.ts';
import { type LabelledCounter, createLabelledCounter } from './labelled-counter.ts';
import { type MetricFamily, toLabelText, toNumberText } from './metric-family.ts';
import type { LabelledText, MetricText } from './metric-text.ts';
import { createSeriesBook } from './series-book.ts';
import { createSeriesHistogram, type Histograms } from './series-histogram.ts';

export interface Counters {
  add(values: readonly string[], count: number): void;
}

export type ReadSeries = () => Iterable<readonly [values: readonly string[], value: number]>;

/** What a thread counts. */
export interface Instruments {
  /** For what happens with every exchange: one label, cheap. */
  counter(text: MetricText, label: string): LabelledCounter;
  counters(text: LabelledText): Counters;
  /** `read` is asked at each scrape; a counter is what only grows. */
  gauge(text: MetricText, read: () => number): void;
  gauges(text: LabelledText, read: ReadSeries): void;
  readCounters(text: LabelledText, read: ReadSeries): void;
  /** One histogram a value of `label`; the values are fixed when it is made. Observes seconds. */
  histogram<L extends string>(text: MetricText, label: string, values: readonly L[]): BucketHistogram<L>;
  histograms(text: LabelledText): Histograms;
  /** All of it as it is now. */
  families(): readonly MetricFamily[];
}

export function createInstruments(): Instruments {
  const readers: (() => MetricFamily)[] = [];
  const addReader = (type: 'counter' | 'gauge', { name, help, labels }: LabelledText, read: ReadSeries): void => {
    readers.push(() => ({ name, help, type, samples: toSamples({ name, labels }, read()) }));
  };
  return {
    counter: (text, label) => {
      const counter = createLabelledCounter(text, label);
      readers.push(() => counter.toFamily());
      return counter;
    },
    counters: (text) => {
      const book = createSeriesBook(text.labels, () => ({ count: 0 }));
      addReader('counter', text, () => book.list().map(([values, { count }]) => [values, count] as const));
      return {
        add: (values, count) => {
          book.of(values).count += count;
        },
      };
    },
    gauge: (text, read) => addReader('gauge', { ...text, labels: [] }, () => [[[], read()]]),
    gauges: (text, read) => addReader('gauge', text, read),
    readCounters: (text, read) => addReader('counter', text, read),
    histogram: (text, label, values) => {
      const histogram = createBucketHistogram(text, label, values);
      readers.push(() => histogram.toFamily());
      return histogram;
    },
    histograms: (text) => {
      const histogram = createSeriesHistogram(text);
      readers.push(() => histogram.toFamily());
      return histogram;
    },
    families: () => readers.map((read) => read()),
  };
}

function toSamples(
  { name, labels }: Omit<LabelledText, 'help'>,
  series: Iterable<readonly [readonly string[], number]>,
) {
  return [...series].map(([values, value]) => `${name}${toLabelText(labels, values)} ${toNumberText(value)}`);
}
