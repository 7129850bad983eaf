export {
  createLogger,
  createSilentLogger,
  type LogFields,
  type Logger,
  type LoggerOptions,
  type LogLevel,
} from './logger.ts';
export { createLineWriter, type LineWriter } from './line-writer.ts';
export { createMetrics, type LabelledCounter, type MetricText, type Metrics } from './metrics.ts';
export { createBucketHistogram, type BucketHistogram } from './bucket-histogram.ts';
