import { type MetricName, toMetric } from '@nexus/contract';
import type { Metrics } from '@nexus/telemetry';
import type { RecorderStats } from './recorder/recorder.ts';

/** Shows on the metrics page what waits for the recorder and what it had to give up. */
export function addRecorderMetrics(metrics: Metrics, readStats: () => RecorderStats): void {
  const gauge = (name: MetricName, read: (stats: RecorderStats) => number): void =>
    metrics.gauge(toMetric(name), () => read(readStats()));
  gauge('nexus_storage_queue_depth', (stats) => stats.queuedRecords);
  gauge('nexus_recorder_queued_records', (stats) => stats.queuedRecords);
  gauge('nexus_recorder_queued_bytes', (stats) => stats.queuedBytes);
  gauge('nexus_recorder_spool_bytes', (stats) => stats.spoolBytes);
  metrics.readCounters(toMetric('nexus_recorder_written_records_total'), () => [[[], readStats().writtenRecords]]);
  metrics.readCounters(toMetric('nexus_dropped_total'), () => [
    [['payload'], readStats().droppedPayloads],
    [['record'], readStats().droppedRecords],
  ]);
}
