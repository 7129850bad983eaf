import { toMetric } from '@nexus/contract';
import type { Metrics } from '@nexus/telemetry';
import type { TunnelEnd } from './pass-tunnel.ts';

/** Counts what the forward proxy does beside exchanges, which are counted as everywhere. */
export interface ForwardMetrics {
  /** A CONNECT that led nowhere. */
  refused(): void;
  intercepted(): void;
  tunnelled(end: TunnelEnd): void;
}

export function createForwardMetrics(metrics: Metrics, readOpen: () => number): ForwardMetrics {
  const connects = metrics.counter(toMetric('nexus_forward_connects_total'), 'outcome');
  const bytes = metrics.counter(toMetric('nexus_forward_tunnel_bytes_total'), 'direction');
  metrics.gauge(toMetric('nexus_forward_connections'), readOpen);
  return {
    refused: () => connects.add('refused', 1),
    intercepted: () => connects.add('intercepted', 1),
    tunnelled: ({ because, bytesUp, bytesDown }) => {
      connects.add(because, 1);
      bytes.add('up', bytesUp);
      bytes.add('down', bytesDown);
    },
  };
}
