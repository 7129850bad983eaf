import type { BudgetSummary } from '@nexus/contract';
import { Link } from '@tanstack/react-router';
import { Pencil } from 'lucide-react';
import type { ReactNode } from 'react';
import type { RequestFilters } from '../api/request-filters.ts';
import { useNames } from '../api/use-names.ts';
import { RequestsLink } from '../filters/requests-link.tsx';
import { PATHS } from '../paths.ts';
import { IconButton } from '../ui/button.tsx';
import { StackBar } from '../ui/stack-bar.tsx';
import { formatPercent } from '../words/account-words.ts';
import { formatExact } from '../words/format-instant.ts';
import { formatMoney } from '../words/format-money.ts';
import { formatCountdown, toShareTone, toSubjectWords } from '../words/limit-words.ts';
import { toBudgetShare } from './to-budget-share.ts';

const FILLS = { ok: 'bg-ok-fill', warn: 'bg-warn-fill', bad: 'bg-bad-fill' } as const;

interface BudgetRowProps {
  readonly budget: BudgetSummary;
  readonly now: number;
  /** Absent where the reader may change nothing. */
  readonly onChange?: (() => void) | undefined;
}

/** One budget in its day, week or month: what is spent, and what calls under way may still take. */
export function BudgetRow({ budget, now, onChange }: BudgetRowProps) {
  const names = useNames();
  const { limitNanoDollars: limit, spentNanoDollars: spent, reservedNanoDollars: reserved, period, endsAt } = budget;
  const name = toSubjectWords(budget, names);
  const share = toBudgetShare(budget);
  return (
    <li aria-label={`${name}, a ${period}`} className="flex flex-col gap-1.5 border-t px-4 py-3 text-sm">
      <div className="flex items-start gap-3">
        <div className="flex min-w-0 grow flex-wrap items-baseline gap-x-3 gap-y-1">
          <span className="min-w-0 truncate font-medium" title={budget.subject}>
            {name}
          </span>
          <span className="text-ink-2">
            <SpentLink budget={budget}>{formatMoney(spent)}</SpentLink> of {formatMoney(limit)} a {period},{' '}
            {formatPercent(share)}
          </span>
          {reserved > 0 && <span className="text-ink-3">{formatMoney(reserved)} of it held for calls under way</span>}
          <span className="ml-auto text-ink-2" title={formatExact(endsAt)}>
            {formatCountdown(endsAt, now)} left
          </span>
        </div>
        {onChange !== undefined && (
          <IconButton label={`Change the budget: ${name}, a ${period}`} className="-my-1.5 size-8" onClick={onChange}>
            <Pencil aria-hidden />
          </IconButton>
        )}
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

/** Leads to the requests that spent it; those of an owner or a project are those of its keys, which are listed instead. */
function SpentLink({ budget, children }: { readonly budget: BudgetSummary; readonly children: ReactNode }) {
  const { subjectKind, subject, startsAt } = budget;
  if (subjectKind === 'user' || subjectKind === 'project') {
    return (
      <Link
        to={PATHS.keys}
        search={{ text: subject, state: 'all' }}
        className="underline decoration-line-strong underline-offset-2 hover:decoration-accent"
      >
        {children}
      </Link>
    );
  }
  return <RequestsLink filters={toRequests(subjectKind, subject, startsAt)}>{children}</RequestsLink>;
}

/** The requests of the day, week or month that a budget is about. */
function toRequests(kind: 'key' | 'domain' | 'global', subject: string, from: string): RequestFilters {
  switch (kind) {
    case 'key':
      return { keyId: subject, from };
    case 'domain':
      return { domain: subject, from };
    case 'global':
      return { from };
    default:
      return kind satisfies never;
  }
}
