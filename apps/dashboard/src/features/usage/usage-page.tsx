import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { ChartColumn, SearchX } from 'lucide-react';
import { parseUsageFilters, toNarrowed, type UsageFilters } from '../../api/usage-filters.ts';
import { usageQuery } from '../../api/usage-queries.ts';
import { useNames } from '../../api/use-names.ts';
import { meQuery } from '../../api/queries.ts';
import { withoutGaps } from '../../api/without-gaps.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { CachePanel } from './cache-panel.tsx';
import { GroupsTable } from './groups-table.tsx';
import { LatencyTable } from './latency-table.tsx';
import { UsageBar } from './usage-bar.tsx';
import { UsagePlot } from './usage-plot.tsx';
import { UsageTotals } from './usage-totals.tsx';
import { WeekMap } from './week-map.tsx';

const route = getRouteApi('/shell/usage');

/** What was used and what it cost, by whatever it is split. */
export function UsagePage() {
  const filters = parseUsageFilters(route.useSearch());
  const navigate = route.useNavigate();
  const { data: report } = useSuspenseQuery(usageQuery(filters));
  const names = useNames();
  const set = (next: UsageFilters) => void navigate({ search: next });
  return (
    <div className="flex min-h-0 grow flex-col">
      <UsageBar report={report} filters={filters} names={names} onChange={set} />
      <div className="min-h-0 grow overflow-y-auto" tabIndex={0} role="region" aria-label="Usage">
        {report.total.requestCount === 0 ? (
          <Nothing filters={filters} onChange={set} />
        ) : (
          <div className="mx-auto flex w-full max-w-6xl flex-col gap-6 px-4 py-5 sm:px-6">
            <UsageTotals report={report} filters={filters} />
            <UsagePlot report={report} filters={filters} names={names} />
            <GroupsTable report={report} filters={filters} names={names} onChange={set} />
            <CachePanel filters={filters} used={report.total} />
            <WeekMap filters={filters} />
            <LatencyTable filters={filters} report={report} />
          </div>
        )}
      </div>
    </div>
  );
}

interface NothingProps {
  readonly filters: UsageFilters;
  readonly onChange: (filters: UsageFilters) => void;
}

/** Nothing was used: in this span, or yet. */
function Nothing({ filters, onChange }: NothingProps) {
  const proxyUrl = useQuery(meQuery).data?.proxyUrl;
  const { tz, by, measure, range } = filters;
  const isNarrowed = Object.keys(toNarrowed(filters)).length > 0;
  if (isNarrowed) {
    return (
      <Notice icon={<SearchX />} title="Nothing was used here">
        <p>No request in this span matches what the view is narrowed to.</p>
        <Button onClick={() => onChange(withoutGaps({ tz, by, measure, range }))}>Show all usage</Button>
      </Notice>
    );
  }
  return (
    <Notice icon={<ChartColumn />} title="Nothing was used in this span">
      <p>
        Tokens and cost of every request stand here about a second after it ended. Point a client to{' '}
        <code className="font-mono text-sm">{proxyUrl ?? 'this gateway'}</code>, or look further back.
      </p>
      {range !== '90d' && <Button onClick={() => onChange({ ...filters, range: '90d' })}>Show the last 90 days</Button>}
    </Notice>
  );
}
