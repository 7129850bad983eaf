import type { MetricFamily } from './metric-family.ts';

/** How a page of metrics is written: Prometheus's own text format 0.0.4, or OpenMetrics 1.0. */
export type MetricsFormat = 'text' | 'openmetrics';

/**
 * The text of families; those of one name become one, since a name may stand on a page but once
 * (https://prometheus.io/docs/instrumenting/exposition_formats/, https://prometheus.io/docs/specs/om/open_metrics_spec/).
 */
export function writePage(families: readonly MetricFamily[], format: MetricsFormat): string {
  const byName = [...Map.groupBy(families, ({ name }) => name).values()];
  if (format === 'text') return byName.map(toText).join('');
  return `${byName.map(toOpenMetrics).join('')}# EOF\n`;
}

function toText(same: readonly MetricFamily[]): string {
  const [first] = same;
  if (first === undefined) return '';
  const { name, type, help } = first;
  const head = [`# HELP ${name} ${toHelpText(help)}`, `# TYPE ${name} ${type}`];
  return toLines([...head, ...same.flatMap(({ samples }) => samples)]);
}

function toOpenMetrics(same: readonly MetricFamily[]): string {
  const [first] = same;
  if (first === undefined) return '';
  // The ending of a counter belongs to its samples, and not to its name.
  const name = first.type === 'counter' ? first.name.replace(/_total$/, '') : first.name;
  const unit = UNIT.exec(name)?.[1];
  const head = [
    `# TYPE ${name} ${first.type}`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${toHelpText(first.help).replaceAll('"', String.raw`\"`)}`,
  ];
  return toLines([...head, ...same.flatMap(toSamplesWithExemplars)]);
}

/** Units that our names end with. */
const UNIT = /_(seconds|bytes|ratio)$/;

function toSamplesWithExemplars({ samples, exemplars }: MetricFamily): readonly string[] {
  if (exemplars === undefined || exemplars.size === 0) return samples;
  return samples.map((line) => {
    const exemplar = exemplars.get(line);
    return exemplar === undefined ? line : `${line} # ${exemplar}`;
  });
}

function toLines(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

function toHelpText(help: string): string {
  return help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
