import { Registry, collectDefaultMetrics } from 'prom-client';
import { type MetricFamily, type MetricType, toLabelText, toNumberText } from './metric-family.ts';

/** What every process of its kind tells: memory, processor time, open files, the lag of its event loop. */
export interface StandardMetrics {
  readonly load: () => Promise<readonly MetricFamily[]>;
}

export function createStandardMetrics(): StandardMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_SAMPLED_MS });
  for (const name of [...HEAP_WALKS, ...ALWAYS_NOTHING]) registry.removeSingleMetric(name);
  return { load: async () => (await registry.getMetricsAsJSON()).flatMap(toFamily) };
}

/** The lag of the event loop is sampled by a timer: at its default of 10 ms an idle process wakes 107 times a second, not 28. */
const LAG_SAMPLED_MS = 200;

/** Bun 1.4.5 counts every object of the heap to tell them: 17 ms of the thread that moves bytes at 35 MB, 100 under load. */
const HEAP_WALKS = [
  'nodejs_heap_space_size_total_bytes',
  'nodejs_heap_space_size_used_bytes',
  'nodejs_heap_space_size_available_bytes',
];

/** Bun 1.4.5 says 0 to each, whatever is open. */
const ALWAYS_NOTHING = ['resources', 'handles', 'requests'].flatMap((what) => [
  `nodejs_active_${what}`,
  `nodejs_active_${what}_total`,
]);

type Told = Awaited<ReturnType<Registry['getMetricsAsJSON']>>[number];

/** What the runtime has nothing to say of is left out. */
function toFamily({ name, help, type, values }: Told): MetricFamily[] {
  const known = TYPES.get(`${type}`);
  const told = values.filter(({ value }) => Number.isFinite(value) && !isNoLag(name, value));
  if (known === undefined || told.length === 0) return [];
  const samples = told.map(({ value, labels }) => {
    const pairs = Object.entries(labels).map(([label, text]) => [label, `${text}`] as const);
    const labelText = toLabelText(
      pairs.map(([label]) => label),
      pairs.map(([, text]) => text),
    );
    return `${name}${labelText} ${toNumberText(value)}`;
  });
  return [{ name, help, type: known, samples }];
}

/** Of histograms the library has one alone, of garbage collections, and Bun never tells of any. */
const TYPES: ReadonlyMap<string, MetricType> = new Map([
  ['counter', 'counter'],
  ['gauge', 'gauge'],
]);

/** The least lag where none was measured yet is the largest number of 63 bits, in nanoseconds. */
function isNoLag(name: string, value: number): boolean {
  return name === 'nodejs_eventloop_lag_min_seconds' && value >= 2 ** 63 / 1e9;
}
