export {
  createLogger,
  createSilentLogger,
  type LogFields,
  type Logger,
  type LoggerOptions,
  type LogLevel,
} from './logger.ts';
export { createLineWriter, type LineWriter } from './line-writer.ts';
export type { LabelledCounter } from './labelled-counter.ts';
export { createMetrics, type MetricText, type Metrics } from './metrics.ts';
export { createBucketHistogram, type BucketHistogram } from './bucket-histogram.ts';
