import { type Instruments, createInstruments } from './instruments.ts';
import type { MetricFamily } from './metric-family.ts';
import type { StandardMetrics } from './standard-metrics.ts';
import { type MetricsFormat, writePage } from './write-page.ts';

/** The numbers a process shows to Prometheus. */
export interface Metrics extends Instruments {
  /** Adds what another part or thread counts; asked at each scrape. */
  addSource(load: () => Promise<readonly MetricFamily[]>): void;
  /** Everything as it is now. */
  page(): Promise<MetricsPage>;
}

export interface MetricsPage {
  write(format: MetricsFormat): string;
}

export function createMetrics(): Metrics {
  let standard: Promise<StandardMetrics> | null = null;
  const own = createInstruments();
  const sources: (() => Promise<readonly MetricFamily[]>)[] = [];
  return {
    ...own,
    addSource: (load) => void sources.push(load),
    page: async () => {
      const { load } = await (standard ??= loadStandard());
      const others = await Promise.all([load, ...sources].map((one) => one()));
      const families = [...own.families(), ...others.flat()];
      return { write: (format) => writePage(families, format) };
    },
  };
}

/** Loaded when somebody scrapes for the first time, and not by threads that nobody scrapes. */
async function loadStandard(): Promise<StandardMetrics> {
  const { createStandardMetrics } = await import('./standard-metrics.ts');
  return createStandardMetrics();
}
