/** All series of one name, as they stand on a page in Prometheus's text format. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  /** One line each, without its line break. */
  readonly samples: readonly string[];
}

export type MetricType = 'counter' | 'gauge' | 'histogram';

/** The text of families. Those of one name become one, since a name may stand on a page but once. */
export function toPageText(families: readonly MetricFamily[]): string {
  const byName = Map.groupBy(families, ({ name }) => name);
  return [...byName].map(([, same]) => toText(same)).join('');
}

function toText(same: readonly MetricFamily[]): string {
  const [first] = same;
  if (first === undefined) return '';
  const head = [`# HELP ${first.name} ${toHelpText(first.help)}`, `# TYPE ${first.name} ${first.type}`];
  return `${[...head, ...same.flatMap(({ samples }) => samples)].join('\n')}\n`;
}

/** `{model="x",type="input"}`; nothing where there are no labels. `values` are in the order of `labels`. */
export function toLabelText(labels: readonly string[], values: readonly string[]): string {
  if (labels.length === 0) return '';
  return `{${labels.map((label, index) => `${label}=${toLabelValue(values[index] ?? '')}`).join(',')}}`;
}

/** Backslash, quote and line break are written with a backslash (prometheus.io, "Text format details"). */
export function toLabelValue(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

function toHelpText(help: string): string {
  return help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
