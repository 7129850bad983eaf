import { toMetric } from '@nexus/contract';
import type { RecordedRequest } from '@nexus/core';
import { type MetricFamily, createInstruments } from '@nexus/telemetry';
import { EXPORTS, type ExportStats } from '../export/exporter.ts';
import { createModelNames } from './model-names.ts';
import { createRequestMetrics } from './request-metrics.ts';

/** What the recorder's thread counts, until a page asks for it. */
export interface WorkerMetrics {
  count(recorded: RecordedRequest): void;
  families(): readonly MetricFamily[];
}

export interface WorkerMetricsParts {
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Null where nothing is told to anybody. */
  readonly exportStats: () => ExportStats | null;
}

export function createWorkerMetrics({ clock, exportStats }: WorkerMetricsParts): WorkerMetrics {
  const instruments = createInstruments();
  const requests = createRequestMetrics({ instruments, models: createModelNames(), clock });
  const read = (field: 'sent' | 'dropped' | 'waiting') => () => {
    const stats = exportStats();
    return stats === null ? [] : EXPORTS.map((name) => [[name], stats[name][field]] as const);
  };
  instruments.readCounters(toMetric('nexus_export_sent_total'), read('sent'));
  instruments.gauges(toMetric('nexus_export_waiting'), read('waiting'));
  instruments.readCounters(toMetric('nexus_dropped_total'), read('dropped'));
  return { count: (recorded) => requests.count(recorded), families: () => instruments.families() };
}
