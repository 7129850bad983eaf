import { useNavigate } from '@tanstack/react-router';
import { toRequestFilters, type UsageFilters, type UsageReport } from '../../api/usage-filters.ts';
import { PATHS } from '../../paths.ts';
import { join } from '../../ui/join.ts';
import { StackedBars } from '../../ui/plot/stacked-bars.tsx';
import { type Names, USAGE_MEASURE_WORDS, USAGE_SPLIT_WORDS } from '../../words/usage-words.ts';
import { StepsTable } from './steps-table.tsx';
import { toBars, toSeries, toStepSpan } from './to-bars.ts';

interface UsagePlotProps {
  readonly report: UsageReport;
  readonly filters: UsageFilters;
  readonly names: Names;
}

/** Usage over time; a bar leads to its requests, and the same figures stand in a table below. */
export function UsagePlot({ report, filters, names }: UsagePlotProps) {
  const navigate = useNavigate();
  const measure = filters.measure ?? 'cost';
  const { label, format, formatTicks, of } = USAGE_MEASURE_WORDS[measure];
  const series = toSeries(report, filters, names);
  const bars = toBars(report, filters);
  const by = USAGE_SPLIT_WORDS[filters.by ?? 'model'].label.toLowerCase();
  function open(index: number): void {
    const search = toRequestFilters(filters, toStepSpan(report, index));
    if (search !== null) void navigate({ to: PATHS.requests, search });
  }
  return (
    <section
      aria-label={`${label} over time`}
      className="flex flex-col gap-4 rounded-lg border bg-surface px-4 pt-4 pb-3"
    >
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-2">
        {series.map(({ id, label: name, color }) => (
          <li key={id} className="flex min-w-0 items-center gap-1.5">
            <span aria-hidden className={join('size-2.5 shrink-0 rounded-sm', color)} />
            <span className="truncate">{name}</span>
          </li>
        ))}
      </ul>
      <StackedBars
        series={series}
        bars={bars}
        format={format}
        formatTicks={formatTicks}
        isWhole={measure !== 'cost'}
        summary={`${label} by ${by} in ${bars.length} steps, ${format(of(report.total))} together.`}
        onPick={open}
      />
      <StepsTable report={report} filters={filters} series={series} bars={bars} />
    </section>
  );
}
