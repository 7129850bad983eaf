import { toMetric } from '@nexus/contract';
import type { Storage } from '@nexus/storage';
import type { Metrics } from '@nexus/telemetry';
import type { LiveFeed } from '../live/live-feed.ts';
import type { Recorder } from '../recorder/recorder.ts';
import { addProcessMetrics } from './add-process-metrics.ts';
import { addStorageMetrics } from './add-storage-metrics.ts';

export interface GatewayMetricsParts {
  readonly version: string;
  readonly live: Pick<LiveFeed, 'watcherCount'>;
  readonly recorder: Pick<Recorder, 'loadMetrics'>;
  /** Null while there is no database. */
  readonly storage: () => Storage | null;
  /** Connections to Redis that are open. */
  readonly redisConnections: () => number;
  /** Days that were wrong when the sums of usage were proved last; 0 before the first time. */
  readonly wrongDays: () => number;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** Everything on the page of metrics that is not counted where it happens. */
export function addGatewayMetrics(metrics: Metrics, parts: GatewayMetricsParts): void {
  const { live, recorder, redisConnections, wrongDays } = parts;
  addProcessMetrics(metrics, parts);
  addStorageMetrics(metrics, parts);
  metrics.gauge(toMetric('sse_connections'), () => live.watcherCount());
  metrics.gauge(toMetric('redis_connections'), redisConnections);
  metrics.gauge(toMetric('nexus_usage_wrong_days'), wrongDays);
  // Nothing of these is served yet: a dashboard that asks for them gets an answer, and it is true.
  metrics.gauge(toMetric('websocket_connections'), () => 0);
  metrics.counters(toMetric('nexus_mcp_calls_total'));
  metrics.histograms(toMetric('nexus_mcp_duration_seconds'));
  // What is counted of requests is counted in the recorder's thread.
  metrics.addSource(() => recorder.loadMetrics());
}
