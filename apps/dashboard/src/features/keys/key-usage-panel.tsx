import { Link } from '@tanstack/react-router';
import type { KeyUsage, KeyUsageReport } from '../../api/key-queries.ts';
import { RequestsLink } from '../../filters/requests-link.tsx';
import { PATHS } from '../../paths.ts';
import { Fact } from '../../ui/fact.tsx';
import { DayBars } from '../../ui/plot/day-bars.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { countOf, formatCount, formatCountShort } from '../../words/format-count.ts';
import { formatCost, formatMoney } from '../../words/format-money.ts';

const DAY_MS = 86_400_000;
const DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', timeZone: 'UTC' });

interface KeyUsagePanelProps {
  readonly keyId: string;
  readonly report: KeyUsageReport | undefined;
}

/** What a key used this month and on each of the last seven days; every figure leads to its requests. */
export function KeyUsagePanel({ keyId, report }: KeyUsagePanelProps) {
  const usage = report?.keys.find((one) => one.keyId === keyId) ?? null;
  return (
    <section aria-label="Usage" className="flex flex-col gap-4 rounded-lg border bg-surface px-4 pt-3 pb-4">
      <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <h3 className="text-sm font-semibold">Usage</h3>
        <span className="text-xs text-ink-3">by the calendar of UTC, as budgets count</span>
        <span className="ml-auto flex gap-4 text-sm">
          <RequestsLink filters={{ keyId }}>All its requests</RequestsLink>
          <Link
            to={PATHS.usage}
            search={{ keyId }}
            className="underline decoration-line-strong underline-offset-2 hover:decoration-accent"
          >
            Its usage in full
          </Link>
        </span>
      </div>
      {report === undefined && <Skeleton className="h-36" />}
      {report !== undefined && usage === null && (
        <p className="text-sm text-ink-2">It used nothing in this month and in the last seven days.</p>
      )}
      {report !== undefined && usage !== null && <Figures keyId={keyId} report={report} usage={usage} />}
    </section>
  );
}

interface FiguresProps {
  readonly keyId: string;
  readonly report: KeyUsageReport;
  readonly usage: KeyUsage;
}

function Figures({ keyId, report: { monthStartsAt, days }, usage }: FiguresProps) {
  const month = { keyId, from: monthStartsAt };
  const isPriced = usage.costNanoByDay.some((nano) => nano > 0);
  const values = isPriced ? usage.costNanoByDay : usage.requestsByDay;
  const format = isPriced ? formatMoney : (count: number) => countOf(count, 'request');
  const bars = days.map((id, place) => {
    const value = values[place] ?? 0;
    return { id, label: DAY.format(new Date(id)), value, words: value === 0 ? '–' : format(value) };
  });
  return (
    <div className="grid gap-6 sm:grid-cols-[minmax(0,1fr)_11rem]">
      <DayBars
        label={isPriced ? 'Cost of the last seven days' : 'Requests of the last seven days'}
        days={bars}
        renderFigure={({ id, value, words }) => (
          <RequestsLink
            filters={value === 0 ? null : { keyId, from: id, to: new Date(Date.parse(id) + DAY_MS).toISOString() }}
          >
            {words}
          </RequestsLink>
        )}
      />
      <dl className="grid grid-cols-3 content-start gap-3 sm:grid-cols-1">
        <Fact label="Cost this month" title="At the prices of the API; for subscriptions it is a value, not a bill.">
          <RequestsLink filters={month}>{formatCost(usage)}</RequestsLink>
        </Fact>
        <Fact label="Requests this month">
          <RequestsLink filters={month}>{formatCount(usage.requestCount)}</RequestsLink>
        </Fact>
        <Fact label="Tokens this month" title={formatCount(usage.totalTokens)}>
          <RequestsLink filters={month}>{formatCountShort(usage.totalTokens)}</RequestsLink>
        </Fact>
        {usage.unpricedCount > 0 && (
          <p className="col-span-full text-xs text-warn">
            {countOf(usage.unpricedCount, 'request')} without a known price {usage.unpricedCount === 1 ? 'is' : 'are'}{' '}
            not in the cost.
          </p>
        )}
      </dl>
    </div>
  );
}
