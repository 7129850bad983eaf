/** Finds the series of some label values. What callers can make up is bounded: values and series beyond are `other`. */
export interface SeriesBook<S> {
  /** `values` are in the order of the labels. */
  of(values: readonly string[]): S;
  list(): readonly (readonly [values: readonly string[], series: S])[];
}

/** Values that one label may take. */
const VALUES_MAX = 120;
/** Series of one name: a page of 1,000 is some 100 KB. */
const SERIES_MAX = 1_000;
const OTHER = 'other';

export function createSeriesBook<S>(labels: readonly string[], create: () => S): SeriesBook<S> {
  const known = labels.map(() => new Set<string>());
  const byKey = new Map<string, readonly [readonly string[], S]>();

  function toKnown(value: string, index: number): string {
    const values = known[index];
    if (values === undefined || values.has(value)) return value;
    if (values.size >= VALUES_MAX) return OTHER;
    values.add(value);
    return value;
  }

  function find(values: readonly string[]): S {
    const key = JSON.stringify(values);
    const found = byKey.get(key);
    if (found !== undefined) return found[1];
    const series = create();
    byKey.set(key, [values, series]);
    return series;
  }

  return {
    of: (values) => {
      const bounded = values.map(toKnown);
      const isFull = byKey.size >= SERIES_MAX && !byKey.has(JSON.stringify(bounded));
      return find(isFull ? labels.map(() => OTHER) : bounded);
    },
    list: () => [...byKey.values()],
  };
}
