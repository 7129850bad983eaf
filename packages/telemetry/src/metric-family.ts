/** All series of one name, as they stand on a page of metrics. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  /** One line each, without its line break. */
  readonly samples: readonly string[];
  /** Examples of what was counted, by the line of their sample: what follows `#` there in OpenMetrics. */
  readonly exemplars?: ReadonlyMap<string, string>;
}

export type MetricType = 'counter' | 'gauge' | 'histogram';

/** `{model="x",type="input"}`; nothing where there are no labels. `values` are in the order of `labels`. */
export function toLabelText(labels: readonly string[], values: readonly string[]): string {
  if (labels.length === 0) return '';
  return `{${labels.map((label, index) => `${label}=${toLabelValue(values[index] ?? '')}`).join(',')}}`;
}

/** Backslash, quote and line break are written with a backslash (prometheus.io, "Text format details"). */
function toLabelValue(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

/** As Go writes numbers, which is what both formats refer to. */
export function toNumberText(value: number): string {
  if (Math.abs(value) === Infinity) return value > 0 ? '+Inf' : '-Inf';
  return `${value}`;
}
