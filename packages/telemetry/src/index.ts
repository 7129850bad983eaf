export {
  createLogger,
  createSilentLogger,
  type LogFields,
  type Logger,
  type LoggerOptions,
  type LogShape,
  type LogLevel,
} from './logger.ts';
export { createLineWriter, type LineWriter } from './line-writer.ts';
export type { LabelledCounter } from './labelled-counter.ts';
export type { Exemplar } from './buckets.ts';
export { createMetrics, type Metrics, type MetricsPage } from './metrics.ts';
export type { MetricsFormat } from './write-page.ts';
export { createInstruments, type Counters, type Instruments } from './instruments.ts';
export type { LabelledText, MetricText } from './metric-text.ts';
export type { Histograms } from './series-histogram.ts';
export type { MetricFamily } from './metric-family.ts';
export type { BucketHistogram } from './bucket-histogram.ts';
export { createPostQueue, type PostQueue, type PostQueueOptions, type PostStats } from './post-queue.ts';
export type { SpanDraft, SpanValue } from './otlp/span-draft.ts';
export type { OtlpHistogram, OtlpHistogramText } from './otlp/otlp-histogram.ts';
export { openOtlp, type Otlp, type OtlpOptions } from './otlp/open-otlp.ts';
