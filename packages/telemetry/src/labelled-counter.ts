/** Counts by the value of one label. */
export interface LabelledCounter {
  add(value: string, count: number): void;
}

/** How many values a label may take; further ones are counted as `other`, so that a caller cannot grow the page. */
const VALUES_MAX = 50;

/** A counter over a map: prom-client's own hashes its labels at every call. */
export function createLabelledCounter(
  text: { readonly name: string; readonly help: string },
  label: string,
): LabelledCounter & { toText(): string } {
  const counts = new Map<string, number>();
  return {
    add: (value, count) => {
      const counted = counts.get(value);
      if (counted !== undefined) counts.set(value, counted + count);
      else if (counts.size < VALUES_MAX) counts.set(value, count);
      else counts.set('other', (counts.get('other') ?? 0) + count);
    },
    /** In Prometheus's text format. */
    toText: () =>
      [
        `# HELP ${text.name} ${text.help}`,
        `# TYPE ${text.name} counter`,
        ...[...counts].map(([value, count]) => `${text.name}{${label}=${toLabelValue(value)}} ${count}`),
      ].join('\n'),
  };
}

/** Backslash, quote and line break are written with a backslash (prometheus.io, "Text format details"). */
function toLabelValue(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
