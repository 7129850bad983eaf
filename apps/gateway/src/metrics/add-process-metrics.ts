import { type CpuInfo, cpus, freemem, totalmem } from 'node:os';
import { toMetric } from '@nexus/contract';
import type { Metrics } from '@nexus/telemetry';

/** What runs here, and what its machine has left. */
export function addProcessMetrics(metrics: Metrics, { version }: { readonly version: string }): void {
  metrics.gauges(toMetric('nexus_build_info'), () => [[[version, `bun ${Bun.version}`], 1]]);
  metrics.gauges(toMetric('system_memory_bytes'), () => [
    [['total'], totalmem()],
    [['free'], freemem()],
    [['resident'], process.memoryUsage.rss()],
  ]);
  const readBusyShare = createBusyShare(cpus);
  metrics.gauge(toMetric('system_cpu_percent'), () => readBusyShare() * 100);
}

/** The share of all processors that was busy since the last call; before the first, since the machine started. */
export function createBusyShare(read: () => readonly CpuInfo[]): () => number {
  let before = { busyMs: 0, totalMs: 0 };
  return () => {
    const now = sumTimes(read());
    const totalMs = now.totalMs - before.totalMs;
    const busyMs = now.busyMs - before.busyMs;
    before = now;
    return totalMs <= 0 ? 0 : Math.min(1, Math.max(0, busyMs / totalMs));
  };
}

function sumTimes(all: readonly CpuInfo[]): { readonly busyMs: number; readonly totalMs: number } {
  let busyMs = 0;
  let totalMs = 0;
  for (const { times } of all) {
    const busy = times.user + times.nice + times.sys + times.irq;
    busyMs += busy;
    totalMs += busy + times.idle;
  }
  return { busyMs, totalMs };
}
