import { toRequestFilters, type UsageFilters, type UsageReport } from '../../api/usage-filters.ts';
import { RequestsLink } from '../../filters/requests-link.tsx';
import { Fold } from '../../ui/fold.tsx';
import type { Bar, Series } from '../../ui/plot/stacked-bars.tsx';
import { USAGE_MEASURE_WORDS } from '../../words/usage-words.ts';
import { toStepSpan } from './to-bars.ts';

interface StepsTableProps {
  readonly report: UsageReport;
  readonly filters: UsageFilters;
  readonly series: readonly Series[];
  readonly bars: readonly Bar[];
}

/** The figures of the plot, for those who read rather than look; steps without any are left out. */
export function StepsTable({ report, filters, series, bars }: StepsTableProps) {
  const { label, format } = USAGE_MEASURE_WORDS[filters.measure ?? 'cost'];
  const rows = bars
    .map((bar, index) => ({ ...bar, index, sum: bar.values.reduce((sum, value) => sum + value, 0) }))
    .filter(({ sum }) => sum > 0);
  return (
    <Fold title="As a table" className="-mx-2">
      {() => (
        <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={`${label} as a table`}>
          <table className="w-full text-right text-xs">
            <thead className="text-ink-3">
              <tr>
                <th scope="col" className="py-1 pr-3 text-left font-normal">
                  Begins
                </th>
                {series.map(({ id, label: name }) => (
                  <th key={id} scope="col" className="px-2 py-1 font-normal whitespace-nowrap">
                    {name}
                  </th>
                ))}
                <th scope="col" className="py-1 pl-2 font-normal">
                  Together
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id} className="border-t">
                  <th scope="row" className="py-1 pr-3 text-left font-normal whitespace-nowrap text-ink-2">
                    {row.label}
                  </th>
                  {series.map(({ id }, index) => (
                    <td key={id} className="px-2 py-1">
                      {row.values[index] ? format(row.values[index]) : ''}
                    </td>
                  ))}
                  <td className="py-1 pl-2 font-medium">
                    <RequestsLink filters={toRequestFilters(filters, toStepSpan(report, row.index))}>
                      {format(row.sum)}
                    </RequestsLink>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Fold>
  );
}
