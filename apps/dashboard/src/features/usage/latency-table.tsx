import type { OperationOutput } from '@nexus/contract';
import { useQuery } from '@tanstack/react-query';
import { toRequestFilters, type UsageFilters, type UsageReport } from '../../api/usage-filters.ts';
import { usageLatencyQuery } from '../../api/usage-queries.ts';
import { RequestsLink } from '../../filters/requests-link.tsx';
import { formatCount } from '../../words/format-count.ts';
import { formatDuration } from '../../words/format-duration.ts';

type Row = OperationOutput<'usage.latency'>['models'][number];

const COLUMNS: readonly { readonly label: string; readonly of: (row: Row) => number | null }[] = [
  { label: 'First token p50', of: (row) => row.firstTokenP50Ms },
  { label: 'First token p95', of: (row) => row.firstTokenP95Ms },
  { label: 'First token p99', of: (row) => row.firstTokenP99Ms },
  { label: 'Whole p50', of: (row) => row.durationP50Ms },
  { label: 'Whole p95', of: (row) => row.durationP95Ms },
  { label: 'Whole p99', of: (row) => row.durationP99Ms },
];

interface LatencyTableProps {
  readonly filters: UsageFilters;
  /** The span that is shown. */
  readonly report: Pick<UsageReport, 'from' | 'to'>;
}

/** How long models let one wait, half of the time, and in the slowest twentieth and hundredth. */
export function LatencyTable({ filters, report: { from, to } }: LatencyTableProps) {
  const models = useQuery(usageLatencyQuery(filters)).data?.models ?? [];
  if (models.length === 0) return null;
  const toModelRequests = (model: string) =>
    toRequestFilters({ ...filters, by: 'model' }, { from, to, group: { group: model, isRest: false } });
  return (
    <section aria-label="Waiting times" className="rounded-lg border bg-surface">
      <h2 className="px-4 pt-4 pb-2 text-sm font-semibold">Waiting times</h2>
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Table of waiting times">
        <table className="w-full text-right text-sm">
          <thead className="text-xs text-ink-3">
            <tr>
              <th scope="col" className="py-2 pr-3 pl-4 text-left font-normal">
                Model
              </th>
              {COLUMNS.map(({ label }) => (
                <th key={label} scope="col" className="px-3 py-2 font-normal whitespace-nowrap">
                  {label}
                </th>
              ))}
              <th scope="col" className="py-2 pr-4 pl-3 font-normal">
                Requests
              </th>
            </tr>
          </thead>
          <tbody>
            {models.map((row) => (
              <tr key={row.model} className="border-t hover:bg-hover">
                <th scope="row" className="py-2 pr-3 pl-4 text-left font-medium">
                  {row.model || 'no model'}
                </th>
                {COLUMNS.map(({ label, of }) => (
                  <td key={label} className="px-3 py-2 whitespace-nowrap text-ink-2">
                    {formatWait(of(row))}
                  </td>
                ))}
                <td className="py-2 pr-4 pl-3">
                  <RequestsLink filters={toModelRequests(row.model)}>{formatCount(row.requestCount)}</RequestsLink>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function formatWait(ms: number | null): string {
  return ms === null ? '' : formatDuration(ms);
}
