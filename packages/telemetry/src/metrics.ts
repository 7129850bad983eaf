import type { Registry } from 'prom-client';
import { type Instruments, createInstruments } from './instruments.ts';
import { type MetricFamily, toPageText } from './metric-family.ts';

/** The numbers a process shows to Prometheus. */
export interface Metrics extends Instruments {
  /** Adds what another part or thread counts; asked at each scrape. */
  addSource(load: () => Promise<readonly MetricFamily[]>): void;
  /** The page in Prometheus's text format. */
  page(): Promise<{ mediaType: string; text: string }>;
}

export function createMetrics(): Metrics {
  let standard: Promise<Registry> | null = null;
  const own = createInstruments();
  const sources: (() => Promise<readonly MetricFamily[]>)[] = [];
  return {
    ...own,
    addSource: (load) => void sources.push(load),
    page: async () => {
      const registry = await (standard ??= loadStandard());
      const others = await Promise.all(sources.map((load) => load()));
      const text = `${await registry.metrics()}\n${toPageText([...own.families(), ...others.flat()])}`;
      return { mediaType: registry.contentType, text };
    },
  };
}

/** What every process of its kind tells. Loaded when somebody scrapes for the first time, and not by threads that nobody scrapes. */
async function loadStandard(): Promise<Registry> {
  const library = await import('prom-client');
  const registry = new library.Registry();
  library.collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_SAMPLED_MS });
  for (const name of HEAP_WALKS) registry.removeSingleMetric(name);
  return registry;
}

/** The lag of the event loop is sampled by a timer: at its default of 10 ms an idle process wakes 107 times a second, not 28. */
const LAG_SAMPLED_MS = 200;

/** Bun 1.4.5 counts every object of the heap to tell them: 17 ms of the thread that moves bytes at 35 MB, 100 under load. */
const HEAP_WALKS = [
  'nodejs_heap_space_size_total_bytes',
  'nodejs_heap_space_size_used_bytes',
  'nodejs_heap_space_size_available_bytes',
];
