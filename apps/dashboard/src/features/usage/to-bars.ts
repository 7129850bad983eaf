import type { UsageFilters, UsageReport } from '../../api/usage-filters.ts';
import type { Bar, Series } from '../../ui/plot/stacked-bars.tsx';
import { REST_COLOR, toSeriesColor } from '../../ui/plot/series-colors.ts';
import { createStepWords, toTicks } from '../../words/step-words.ts';
import { type Names, toGroupWords, USAGE_MEASURE_WORDS } from '../../words/usage-words.ts';

/** More words than this run into each other below a plot on a phone. */
const MARKS_MAX = 7;

type Shown = Pick<UsageFilters, 'by' | 'measure'>;
type Grouped = UsageReport['groups'][number];

/** One series a group, dearest first; what is left over and what nobody knows are grey. */
export function toSeries(report: UsageReport, { by = 'model' }: Shown, names: Names): readonly Series[] {
  return report.groups.map((group, index) => ({
    id: toGroupId(group),
    label: toGroupWords(by, group, names),
    color: group.isRest ? REST_COLOR : toSeriesColor(index),
  }));
}

/** One bar a step, with the values of `measure` in the order of the series. */
export function toBars(report: UsageReport, { measure = 'cost' }: Shown): readonly Bar[] {
  const { of } = USAGE_MEASURE_WORDS[measure];
  const places = new Map(report.groups.map((group, index) => [toGroupId(group), index]));
  const values = new Map(report.steps.map((at) => [at, report.groups.map(() => 0)]));
  for (const row of report.rows) {
    const place = places.get(toGroupId(row));
    const step = values.get(row.at);
    if (place !== undefined && step !== undefined) step[place] = Math.max(0, of(row));
  }
  const say = createStepWords(report.step, report.tz);
  const words = report.steps.map(say);
  const ticks = toTicks(report.step, words, MARKS_MAX);
  return report.steps.map((at, index) => ({
    id: at,
    label: words[index]?.label ?? at,
    tick: ticks[index] ?? '',
    values: values.get(at) ?? [],
  }));
}

/** Where a step begins and ends; the last one ends with the report. */
export function toStepSpan(report: UsageReport, index: number): { readonly from: string; readonly to: string } {
  return { from: report.steps[index] ?? report.from, to: report.steps[index + 1] ?? report.to };
}

/** What tells groups apart: a group may have no name, and all others have none either. */
export function toGroupId({ group, isRest }: Pick<Grouped, 'group' | 'isRest'>): string {
  return isRest ? 'rest' : `group ${group ?? ''}`;
}
