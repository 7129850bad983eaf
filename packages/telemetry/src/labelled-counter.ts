import { type MetricFamily, toLabelText } from './metric-family.ts';

/** Counts by the value of one label. */
export interface LabelledCounter {
  add(value: string, count: number): void;
}

/** How many values a label may take; further ones are counted as `other`, so that a caller cannot grow the page. */
const VALUES_MAX = 50;

/** A counter over a map: prom-client's own hashes its labels at every call. */
export function createLabelledCounter(
  { name, help }: { readonly name: string; readonly help: string },
  label: string,
): LabelledCounter & { toFamily(): MetricFamily } {
  const counts = new Map<string, number>();
  return {
    add: (value, count) => {
      const counted = counts.get(value);
      if (counted !== undefined) counts.set(value, counted + count);
      else if (counts.size < VALUES_MAX) counts.set(value, count);
      else counts.set('other', (counts.get('other') ?? 0) + count);
    },
    toFamily: () => ({
      name,
      help,
      type: 'counter',
      samples: [...counts].map(([value, count]) => `${name}${toLabelText([label], [value])} ${count}`),
    }),
  };
}
