import type { OperationOutput } from '@nexus/contract';
import { useQuery } from '@tanstack/react-query';
import { budgetsQuery } from '../../api/limit-queries.ts';
import type { RequestFilters } from '../../api/request-filters.ts';
import { useNames } from '../../api/use-names.ts';
import { RequestsLink } from '../../filters/requests-link.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { StackBar } from '../../ui/stack-bar.tsx';
import { formatPercent } from '../../words/account-words.ts';
import { formatExact } from '../../words/format-instant.ts';
import { formatMoney } from '../../words/format-money.ts';
import { formatCountdown, toShareTone, toSubjectWords } from '../../words/limit-words.ts';

type Budget = OperationOutput<'budget.list'>['budgets'][number];

const SET_COMMAND = 'bun run nexus budget set global --day 50';
const FILLS = { ok: 'bg-ok', warn: 'bg-warn', bad: 'bg-bad' } as const;

/** Money that somebody set a bound to, and how much of it is spent. */
export function Budgets({ now }: { readonly now: number }) {
  const { data, error } = useQuery(budgetsQuery);
  return (
    <section aria-label="Budgets" className="rounded-lg border bg-surface">
      <h2 className="px-4 py-3 text-sm font-semibold">Budgets</h2>
      {error !== null && <p className="px-4 pb-4 text-sm text-bad">{error.message}</p>}
      {error === null && data === undefined && <Skeleton className="m-4 h-12" />}
      {data?.budgets.length === 0 && (
        <div className="flex flex-col gap-2 px-4 pb-4 text-sm text-ink-2">
          <p>Nobody has a budget: neither a key, a user, a project, a domain, nor all together. For example:</p>
          <div className="flex w-full max-w-xl items-center gap-1 rounded-md border bg-sunken py-1 pr-1 pl-3">
            <code className="grow truncate font-mono text-sm text-ink">{SET_COMMAND}</code>
            <CopyButton text={SET_COMMAND} what="the command" />
          </div>
        </div>
      )}
      {data !== undefined && data.budgets.length > 0 && (
        <ul>
          {data.budgets.map((budget) => (
            <BudgetRow key={budget.budgetId} budget={budget} now={now} />
          ))}
        </ul>
      )}
    </section>
  );
}

/** One budget in its day, week or month: what is spent, and what calls under way may still take. */
function BudgetRow({ budget, now }: { readonly budget: Budget; readonly now: number }) {
  const names = useNames();
  const { limitNanoDollars: limit, spentNanoDollars: spent, reservedNanoDollars: reserved, period, endsAt } = budget;
  const name = toSubjectWords(budget, names);
  const share = limit === 0 ? 1 : (spent + reserved) / limit;
  return (
    <li aria-label={`${name}, a ${period}`} className="flex flex-col gap-1.5 border-t px-4 py-3 text-sm">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <span className="font-medium" title={budget.subject}>
          {name}
        </span>
        <span className="text-ink-2">
          <RequestsLink filters={toRequests(budget)}>{formatMoney(spent)}</RequestsLink> of {formatMoney(limit)} a{' '}
          {period}, {formatPercent(share)}
        </span>
        {reserved > 0 && <span className="text-ink-3">{formatMoney(reserved)} of it held for calls under way</span>}
        <span className="ml-auto text-ink-2" title={formatExact(endsAt)}>
          {formatCountdown(endsAt, now)} left
        </span>
      </div>
      <StackBar
        className="h-2"
        of={Math.max(limit, spent + reserved)}
        segments={[
          { label: 'spent', value: spent, color: FILLS[toShareTone(share)] },
          { label: 'held', value: reserved, color: 'bg-ink-3' },
        ]}
      />
    </li>
  );
}

const LISTED = { key: 'keyId', user: 'user', project: 'project', domain: 'domain' } as const;

/** The requests of the day, week or month that a budget is about. */
function toRequests({ subjectKind, subject, startsAt }: Budget): RequestFilters {
  return subjectKind === 'global' ? { from: startsAt } : { [LISTED[subjectKind]]: subject, from: startsAt };
}
