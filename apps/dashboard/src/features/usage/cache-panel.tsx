import type { UsageSums } from '@nexus/contract';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type CacheReport, cacheQuery, toCacheCsvUrl } from '../../api/cache-queries.ts';
import { toRequestFilters, type UsageFilters } from '../../api/usage-filters.ts';
import { PATHS } from '../../paths.ts';
import { join } from '../../ui/join.ts';
import { StackedBars } from '../../ui/plot/stacked-bars.tsx';
import { isNothingCached } from '../../words/cache-words.ts';
import { countOf, formatCount } from '../../words/format-count.ts';
import { formatMoney, formatMoneyTicks } from '../../words/format-money.ts';
import { CacheCauses } from './cache-causes.tsx';
import { CacheMisses } from './cache-misses.tsx';
import { toCacheBars, toCauseSeries } from './to-cache-bars.ts';

interface CachePanelProps {
  readonly filters: UsageFilters;
  /** All that was used in the same span. */
  readonly used: UsageSums;
}

/** What the prompt cache saved, what misses cost and why; nothing where no turn was looked at yet. */
export function CachePanel({ filters, used }: CachePanelProps) {
  const report = useQuery(cacheQuery(filters)).data;
  if (report === undefined || report.total.turnCount === 0) return null;
  return (
    <section aria-label="Prompt cache" className="flex flex-col gap-4 rounded-lg border bg-surface py-4">
      <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1 px-4">
        <h2 className="text-sm font-semibold">Prompt cache</h2>
        {isNothingCached(used) && report.total.missCount === 0 ? (
          <NothingCached turnCount={report.total.turnCount} />
        ) : (
          <Summary total={report.total} />
        )}
        <a
          href={toCacheCsvUrl(filters, report)}
          download
          className="ml-auto text-xs text-ink-2 underline decoration-line-strong underline-offset-2 hover:decoration-accent"
        >
          Losses as CSV
        </a>
      </div>
      {report.total.lostTokens > 0 && (
        <>
          <LossPlot report={report} filters={filters} />
          <CacheCauses report={report} />
          <CacheMisses misses={report.misses} />
        </>
      )}
    </section>
  );
}

function NothingCached({ turnCount }: { readonly turnCount: number }) {
  return (
    <p className="text-sm text-ink-2">
      Nothing was cached yet in {countOf(turnCount, 'turn')}. A client asks for it with{' '}
      <code className="font-mono text-xs">cache_control</code> in its requests; Claude caches all up to that mark.
    </p>
  );
}

function Summary({ total }: { readonly total: CacheReport['total'] }) {
  const { savedNano, lostNano, missCount, turnCount, unpricedCount } = total;
  return (
    <p className="text-sm text-ink-2">
      <Strong>{formatMoney(Math.abs(savedNano))}</Strong> {savedNano < 0 ? 'lost by writing to it' : 'saved'};{' '}
      {missCount === 0 ? (
        `no miss in ${countOf(turnCount, 'turn')}`
      ) : (
        <>
          <Strong className="text-warn">{formatMoney(lostNano)}</Strong> lost by {toMisses(missCount)} in{' '}
          {countOf(turnCount, 'turn')}
        </>
      )}
      {unpricedCount > 0 && `, ${toMisses(unpricedCount)} without a known price`}.
    </p>
  );
}

function toMisses(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'miss' : 'misses'}`;
}

function Strong({ className, children }: { readonly className?: string; readonly children: ReactNode }) {
  return <strong className={join('font-semibold', className ?? 'text-ink')}>{children}</strong>;
}

interface LossPlotProps {
  readonly report: CacheReport;
  readonly filters: UsageFilters;
}

/** Losses over time by cause; a bar leads to the requests of its step. */
function LossPlot({ report, filters }: LossPlotProps) {
  const navigate = useNavigate();
  const bars = toCacheBars(report);
  function open(index: number): void {
    const from = report.steps[index]?.at ?? report.from;
    const search = toRequestFilters(filters, { from, to: report.steps[index + 1]?.at ?? report.to });
    if (search !== null) void navigate({ to: PATHS.requests, search });
  }
  return (
    <div className="px-4">
      <StackedBars
        series={toCauseSeries(report)}
        bars={bars}
        format={formatMoney}
        formatTicks={formatMoneyTicks}
        isWhole={false}
        summary={`Money lost by misses of the prompt cache, by cause, in ${bars.length} steps; ${formatMoney(report.total.lostNano)} together.`}
        onPick={open}
      />
    </div>
  );
}
