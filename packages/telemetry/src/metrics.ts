import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import { type BucketHistogram, createBucketHistogram } from './bucket-histogram.ts';

/** How many values one label may take; further ones are counted as `other`, so that a caller cannot grow the page. */
const LABEL_VALUES_MAX = 50;

export interface MetricText {
  /** Full name, unit last (`…_seconds`, `…_bytes`, `…_total`). */
  readonly name: string;
  readonly help: string;
}

export interface LabelledCounter {
  add(label: string, count: number): void;
}

/** The numbers a process shows to Prometheus. */
export interface Metrics {
  counter(text: MetricText, label: string): LabelledCounter;
  /** `read` is asked at each scrape. */
  gauge(text: MetricText, read: () => number): void;
  /** One histogram a value of `label`; the values are fixed when it is made. Observes seconds. */
  histogram<L extends string>(text: MetricText, label: string, values: readonly L[]): BucketHistogram<L>;
  /** The page in Prometheus's text format. */
  page(): Promise<{ mediaType: string; text: string }>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const histograms: { toText(): string }[] = [];
  return {
    counter: (text, label) => {
      const counter = new Counter({ ...text, labelNames: [label], registers: [registry] });
      const bound = createLabelBound(LABEL_VALUES_MAX);
      return { add: (value, count) => counter.inc({ [label]: bound(value) }, count) };
    },
    gauge: (text, read) => {
      const gauge: Gauge = new Gauge({ ...text, registers: [registry], collect: (): void => gauge.set(read()) });
    },
    histogram: (text, label, values) => {
      const histogram = createBucketHistogram(text, label, values);
      histograms.push(histogram);
      return histogram;
    },
    page: async () => ({
      mediaType: registry.contentType,
      text: [await registry.metrics(), ...histograms.map((one) => one.toText()), ''].join('\n'),
    }),
  };
}

function createLabelBound(valuesMax: number): (value: string) => string {
  const known = new Set<string>();
  return (value) => {
    if (known.has(value)) return value;
    if (known.size >= valuesMax) return 'other';
    known.add(value);
    return value;
  };
}
