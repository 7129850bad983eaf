import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import {
  conversationTitlesQuery,
  type LimitWindow,
  SHARE_HOLDERS,
  type ShareHolder,
  type WindowShare,
  windowSharesQuery,
} from '../../api/limit-queries.ts';
import type { RequestFilters } from '../../api/request-filters.ts';
import { useNames } from '../../api/use-names.ts';
import { RequestsLink } from '../../filters/requests-link.tsx';
import { PATHS } from '../../paths.ts';
import { Ago } from '../../ui/ago.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { StackBar } from '../../ui/stack-bar.tsx';
import { formatPercent } from '../../words/account-words.ts';
import { countOf, formatCount, formatCountShort } from '../../words/format-count.ts';
import { formatCost } from '../../words/format-money.ts';
import { SHARE_HOLDER_WORDS, toLimitName } from '../../words/limit-words.ts';
import { Choices } from './choices.tsx';

const HOUR_MS = 3_600_000;
const HOURS_MAX = 168;
const HOURS_BY_DEFAULT = 5;

interface WindowSharesProps {
  readonly window: LimitWindow;
  readonly now: number;
  readonly by: ShareHolder;
  readonly onBy: (by: ShareHolder) => void;
}

/** Who used this run of a window, by weight of their tokens. */
export function WindowShares({ window, now, by, onBy }: WindowSharesProps) {
  const { accountId } = window;
  const hours = toHours(window, now);
  const { data, error } = useQuery(windowSharesQuery({ accountId, by, hours }));
  return (
    <section aria-label={`Who used ${toLimitName(window)}`} className="rounded-lg border bg-surface">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
        <h3 className="text-sm font-semibold">
          Who used it{' '}
          <span className="font-normal text-ink-3">in the last {toHoursWords(hours)}, by weight of tokens</span>
        </h3>
        <Choices
          label="Who"
          choices={SHARE_HOLDERS.map((value) => ({ value, label: SHARE_HOLDER_WORDS[value].label }))}
          value={by}
          onChoose={onBy}
        />
      </div>
      {error !== null && <p className="px-4 pb-4 text-sm text-bad">{error.message}</p>}
      {error === null && data === undefined && <Skeleton className="m-4 h-24" />}
      {data?.shares.length === 0 && <p className="px-4 pb-4 text-sm text-ink-2">Nobody, as far as this gateway saw.</p>}
      {data !== undefined && data.shares.length > 0 && (
        <SharesTable shares={data.shares} by={by} toRequests={(id) => toRequests({ accountId, by, id, hours, now })} />
      )}
    </section>
  );
}

interface SharesTableProps {
  readonly shares: readonly WindowShare[];
  readonly by: ShareHolder;
  readonly toRequests: (id: string) => RequestFilters | null;
}

function SharesTable({ shares, by, toRequests: toFilters }: SharesTableProps) {
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Table of shares">
      <table className="w-full text-right text-sm">
        <thead className="text-xs text-ink-3">
          <tr className="border-t">
            <th scope="col" className="py-2 pr-3 pl-4 text-left font-normal">
              {SHARE_HOLDER_WORDS[by].label}
            </th>
            <th scope="col" className="px-3 py-2 text-left font-normal">
              Share
            </th>
            <th scope="col" className="px-3 py-2 font-normal">
              Requests
            </th>
            <th scope="col" className="px-3 py-2 font-normal max-sm:hidden">
              Tokens
            </th>
            <th scope="col" className="px-3 py-2 font-normal max-lg:pr-4">
              Cost
            </th>
            <th scope="col" className="py-2 pr-4 pl-3 font-normal max-lg:hidden">
              Last
            </th>
          </tr>
        </thead>
        <tbody>
          {shares.map((row) => (
            <tr key={row.id} className="border-t hover:bg-hover">
              <th scope="row" className="max-w-32 py-2 pr-3 pl-4 text-left font-normal sm:max-w-80">
                <Holder id={row.id} by={by} />
              </th>
              <td className="w-40 px-3 py-2 text-left whitespace-nowrap">
                <span className="flex items-center gap-2">
                  <StackBar
                    className="w-24 max-sm:hidden"
                    segments={[{ label: 'share', value: row.share, color: 'bg-accent' }]}
                    of={1}
                  />
                  {formatPercent(row.share)}
                </span>
              </td>
              <td className="px-3 py-2">
                <RequestsLink filters={toFilters(row.id)}>{formatCount(row.requestCount)}</RequestsLink>
              </td>
              <td className="px-3 py-2 max-sm:hidden">{formatCountShort(row.totalTokens)}</td>
              <td className="px-3 py-2 whitespace-nowrap max-lg:pr-4">
                {formatCost(row)}
                {row.unpricedCount > 0 && row.costNano > 0 && (
                  <span
                    className="text-warn"
                    title={`${countOf(row.unpricedCount, 'request')} without a known price: not in it`}
                  >
                    {' '}
                    +?
                  </span>
                )}
              </td>
              <td className="py-2 pr-4 pl-3 whitespace-nowrap max-lg:hidden">
                <Ago iso={row.lastAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A holder by its name, where it has one. */
function Holder({ id, by }: { readonly id: string; readonly by: ShareHolder }) {
  const names = useNames();
  const titles = useQuery({ ...conversationTitlesQuery, enabled: by === 'conversation' }).data ?? {};
  if (id === '') return <span className="text-ink-3">{SHARE_HOLDER_WORDS[by].unknown}</span>;
  if (by !== 'conversation') {
    return (
      <span className="block truncate font-medium" title={id}>
        {names.get(id) ?? id}
      </span>
    );
  }
  return (
    <Link
      to={PATHS.conversation}
      params={{ conversationId: id }}
      title={id}
      className="block truncate font-medium hover:underline"
    >
      {titles[id]?.trim() || id}
    </Link>
  );
}

interface Held {
  readonly accountId: string;
  readonly by: ShareHolder;
  readonly id: string;
  readonly hours: number;
  readonly now: number;
}

const LISTED = {
  conversation: 'conversationId',
  session: 'sessionId',
  key: 'keyId',
  user: 'user',
  agent: null,
} as const;

/** The requests of one holder; null where the list cannot be narrowed to it. */
function toRequests({ accountId, by, id, hours, now }: Held): RequestFilters | null {
  const name = LISTED[by];
  if (id === '' || name === null) return null;
  // Whole minutes, so that the address stands still while one looks.
  const fromMs = Math.floor((now - hours * HOUR_MS) / 60_000) * 60_000;
  return { accountId, [name]: id, from: new Date(fromMs).toISOString() };
}

/** Hours since this run of the window began, to the next half of one; five where nobody knows. */
function toHours({ spanMs, resetsAt, isOver }: LimitWindow, now: number): number {
  if (spanMs === null) return HOURS_BY_DEFAULT;
  const beganMs = resetsAt === null || isOver ? now - spanMs : Date.parse(resetsAt) - spanMs;
  return Math.min(HOURS_MAX, Math.max(0.5, Math.ceil(((now - beganMs) / HOUR_MS) * 2) / 2));
}

function toHoursWords(hours: number): string {
  if (hours > 48) return `${(hours / 24).toFixed(1)} days`;
  return hours === 1 ? 'hour' : `${hours} hours`;
}
