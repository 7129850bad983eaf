import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { toRequestFilters, USAGE_RANGE_DEFAULT, type UsageFilters, type UsageReport } from '../../api/usage-filters.ts';
import { usageBeforeQuery } from '../../api/usage-queries.ts';
import { RequestsLink } from '../../filters/requests-link.tsx';
import { StackBar } from '../../ui/stack-bar.tsx';
import { formatPercent } from '../../words/account-words.ts';
import { countOf, formatCount, formatCountShort } from '../../words/format-count.ts';
import { formatCost, formatMoney } from '../../words/format-money.ts';
import { formatChange, USAGE_RANGE_WORDS } from '../../words/usage-words.ts';
import { UsageDoubts } from './usage-doubts.tsx';

type Sums = UsageReport['total'];

interface UsageTotalsProps {
  readonly report: UsageReport;
  readonly filters: UsageFilters;
}

/** The sums of the whole span, against those of the span before it. */
export function UsageTotals({ report, filters }: UsageTotalsProps) {
  const { total, from, to } = report;
  const before = useQuery(usageBeforeQuery(filters, report)).data?.total;
  const against = USAGE_RANGE_WORDS[filters.range ?? USAGE_RANGE_DEFAULT].before;
  const requests = toRequestFilters(filters, { from, to });
  const change = (of: (sums: Sums) => number) => (
    <Change now={of(total)} before={before === undefined ? 0 : of(before)} against={against} />
  );
  return (
    <section aria-label="Totals" className="flex flex-col gap-3">
      <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border bg-line lg:grid-cols-4">
        <Total label="Cost" title="At the prices of the API; for subscriptions it is a value, not a bill.">
          <RequestsLink filters={requests}>{formatCost(total)}</RequestsLink>
          {change((sums) => sums.costNano)}
        </Total>
        <Total label="Requests">
          <RequestsLink filters={requests}>{formatCount(total.requestCount)}</RequestsLink>
          <Small>
            {total.errorCount === 0 ? (
              'none went wrong'
            ) : (
              <RequestsLink filters={requests === null ? null : { ...requests, status: 'error' }}>
                {formatCount(total.errorCount)} went wrong
              </RequestsLink>
            )}
          </Small>
          {change((sums) => sums.requestCount)}
        </Total>
        <Total label="Tokens">
          <span title={formatCount(total.totalTokens)}>
            <RequestsLink filters={requests}>{formatCountShort(total.totalTokens)}</RequestsLink>
          </span>
          <TokenKinds total={total} />
          {change((sums) => sums.totalTokens)}
        </Total>
        <Total label="Prompt cache" title="Against what the same tokens cost as plain input, writes to the cache paid.">
          <CacheValue total={total} />
        </Total>
      </dl>
      <UsageDoubts total={total} requests={requests} />
    </section>
  );
}

interface TotalProps {
  readonly label: string;
  readonly title?: string;
  readonly children: ReactNode;
}

function Total({ label, title, children }: TotalProps) {
  return (
    <div title={title} className="flex min-w-0 flex-col gap-1 bg-surface px-4 py-3">
      <dt className="text-xs text-ink-3">{label}</dt>
      <dd className="flex min-w-0 flex-col gap-1 text-xl font-semibold tracking-tight">{children}</dd>
    </div>
  );
}

function Small({ children }: { readonly children: ReactNode }) {
  return <span className="text-xs font-normal tracking-normal text-ink-2">{children}</span>;
}

interface ChangeProps {
  readonly now: number;
  readonly before: number;
  readonly against: string;
}

function Change({ now, before, against }: ChangeProps) {
  const words = formatChange(now, before);
  if (words === null) return null;
  return (
    <Small>
      <strong className="font-medium text-ink">{words}</strong> {against}
    </Small>
  );
}

function TokenKinds({ total }: { readonly total: Sums }) {
  const kinds = [
    { label: 'cache read', value: total.cacheReadTokens, color: 'bg-series-cache-read' },
    {
      label: 'cache write',
      value: total.cacheWrite5mTokens + total.cacheWrite1hTokens,
      color: 'bg-series-cache-write',
    },
    { label: 'input', value: total.inputTokens, color: 'bg-series-input' },
    { label: 'output', value: total.outputTokens, color: 'bg-series-output' },
  ];
  return (
    <Small>
      <span title={kinds.map(({ label, value }) => `${label} ${formatCount(value)}`).join(', ')}>
        <StackBar segments={kinds} className="my-1" />
        {formatCountShort(total.totalTokens - total.outputTokens)} in, {formatCountShort(total.outputTokens)} out
      </span>
    </Small>
  );
}

/** How much of the input came from the cache, and what that was worth. */
function CacheValue({ total }: { readonly total: Sums }) {
  const prompt = total.totalTokens - total.outputTokens;
  const saved = total.cacheSavedNano;
  const written = total.cacheWrite5mTokens + total.cacheWrite1hTokens;
  return (
    <>
      <span className={saved < 0 ? 'text-bad' : ''}>
        {formatMoney(Math.abs(saved))} {saved < 0 ? 'lost' : 'saved'}
      </span>
      <Small>{formatPercent(prompt === 0 ? 0 : total.cacheReadTokens / prompt)} of the input was read from it</Small>
      <Small>
        <span title={countOf(written, 'token')}>{formatCountShort(written)} tokens written to it</span>
      </Small>
    </>
  );
}
