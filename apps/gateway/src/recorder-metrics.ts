import type { Metrics } from '@nexus/telemetry';
import type { RecorderStats } from './recorder/recorder.ts';

/** Shows on the metrics page what waits for the recorder and what it had to give up. */
export function addRecorderMetrics(metrics: Metrics, readStats: () => RecorderStats): void {
  const gauge = (name: string, help: string, read: (stats: RecorderStats) => number): void =>
    metrics.gauge({ name, help }, () => read(readStats()));
  gauge('nexus_recorder_queued_records', 'Records that are not in the database yet.', (stats) => stats.queuedRecords);
  gauge('nexus_recorder_queued_bytes', 'Memory that records wait in.', (stats) => stats.queuedBytes);
  gauge('nexus_recorder_spool_bytes', 'Disk that records wait in.', (stats) => stats.spoolBytes);
  gauge('nexus_recorder_written_records', 'Records written since the start.', (stats) => stats.writtenRecords);
  gauge('nexus_recorder_dropped_payloads', 'Bodies given up since the start.', (stats) => stats.droppedPayloads);
  gauge('nexus_recorder_dropped_records', 'Records lost since the start.', (stats) => stats.droppedRecords);
}

/** Counts what models cost, by the price table of this process. Gives what to call with each cost. */
export function createCostCounter(metrics: Metrics): (model: string, nanoDollars: number) => void {
  const dollars = metrics.counter(
    { name: 'nexus_cost_usd_total', help: 'Dollars by model, where prices are known.' },
    'model',
  );
  return (model, nanoDollars) => dollars.add(model, nanoDollars / 1_000_000_000);
}
