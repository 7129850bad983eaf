import { useQuery } from '@tanstack/react-query';
import { CircleAlert, CircleCheck } from 'lucide-react';
import { budgetsQuery, type LimitWindow } from '../../api/limit-queries.ts';
import { useNames } from '../../api/use-names.ts';
import { join } from '../../ui/join.ts';
import { formatPercent } from '../../words/account-words.ts';
import { formatMoney } from '../../words/format-money.ts';
import { formatCountdown, toLimitName, toShareTone, toSubjectWords } from '../../words/limit-words.ts';
import { type Filling, toNear } from '../../rules/to-near.ts';

/** More at once nobody reads; the rest stands below. */
const NEAR_MAX = 4;
const INKS = { ok: 'text-ok', warn: 'text-warn', bad: 'text-bad' } as const;

/** The first thing to know of limits: who is near one, and for how long. */
export function NearLimits({ windows, now }: { readonly windows: readonly LimitWindow[]; readonly now: number }) {
  const names = useNames();
  const budgets = useQuery(budgetsQuery).data?.budgets;
  if (budgets === undefined) return null;
  const { near, fullest } = toNear(budgets, windows);
  if (fullest === null) return null;
  const beyond = near.length - NEAR_MAX;
  return (
    <section aria-label="Near a limit" className="flex gap-3 text-sm">
      {near.length === 0 ? (
        <>
          <CircleCheck aria-hidden className="mt-0.5 size-4.5 shrink-0 text-ok" />
          <p>
            Nobody is near a limit.{' '}
            <span className="text-ink-2">
              The fullest is {toName(fullest, names)}, at {formatPercent(fullest.share)}.
            </span>
          </p>
        </>
      ) : (
        <>
          <CircleAlert
            aria-hidden
            className={join('mt-0.5 size-4.5 shrink-0', INKS[toShareTone(near[0]?.share ?? 0)])}
          />
          <ul className="flex min-w-0 flex-col gap-1">
            {near.slice(0, NEAR_MAX).map((filling) => (
              <li key={toKey(filling)} className="min-w-0 wrap-anywhere">
                <span className={join('font-semibold', INKS[toShareTone(filling.share)])}>
                  {formatPercent(filling.share)}
                </span>{' '}
                <span className="font-medium">{toName(filling, names)}</span>{' '}
                <span className="text-ink-2">{toRest(filling, now)}</span>
              </li>
            ))}
            {beyond > 0 && <li className="text-ink-3">and {beyond} more</li>}
          </ul>
        </>
      )}
    </section>
  );
}

function toKey(filling: Filling): string {
  return filling.kind === 'budget' ? filling.budget.budgetId : `${filling.window.accountId} ${filling.window.name}`;
}

function toName(filling: Filling, names: ReadonlyMap<string, string>): string {
  if (filling.kind === 'budget') return toSubjectWords(filling.budget, names);
  const { accountId } = filling.window;
  return `${toLimitName(filling.window)} of ${names.get(accountId) ?? accountId}`;
}

/** What it is the share of, and until when. */
function toRest(filling: Filling, now: number): string {
  if (filling.kind === 'budget') {
    const { limitNanoDollars, period, endsAt } = filling.budget;
    return `of ${formatMoney(limitNanoDollars)} a ${period}, ${formatCountdown(endsAt, now)} left`;
  }
  const { isRejected, resetsAt } = filling.window;
  const left = resetsAt === null ? '' : `, ${formatCountdown(resetsAt, now)} left`;
  return `${isRejected ? 'used, and Claude refuses' : 'used'}${left}`;
}
