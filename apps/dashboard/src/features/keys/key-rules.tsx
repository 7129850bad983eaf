import type { BudgetSummary, KeySummary, LimitSummary } from '@nexus/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { budgetsQuery, setLimitsQuery } from '../../api/limit-queries.ts';
import { useMay } from '../../api/use-may.ts';
import { BudgetDialog, type BudgetStart } from '../../rules/budget-dialog.tsx';
import { BudgetRow } from '../../rules/budget-row.tsx';
import { LimitsDialog, type LimitsStart } from '../../rules/limits-dialog.tsx';
import { LimitsTable } from '../../rules/limits-table.tsx';
import { Button } from '../../ui/button.tsx';

interface KeyRulesProps {
  readonly keySummary: KeySummary;
  readonly now: number;
}

type Edited =
  | { readonly rule: 'budget'; readonly start: BudgetStart }
  | { readonly rule: 'limits'; readonly start: LimitsStart };

/** Everything that bounds a key: what is set for itself, and what it shares with its owner, project, domain and everybody. */
export function KeyRules({ keySummary: key, now }: KeyRulesProps) {
  const budgets = useQuery(budgetsQuery).data?.budgets ?? [];
  const limits = useQuery(setLimitsQuery).data?.limits ?? [];
  const [edited, setEdited] = useState<Edited | null>(null);
  const may = useMay('limit.set');
  const itsBudgets = budgets.filter((budget) => isAbout(budget, key));
  const itsLimits = limits.filter((limit) => isAbout(limit, key));
  const close = () => setEdited(null);
  const own = { kind: 'key', subject: key.keyId } as const;
  const ownLimits = itsLimits.find(({ subjectKind }) => subjectKind === 'key')?.limits;
  return (
    <section aria-label="Limits and budgets" className="rounded-lg border bg-surface">
      <div className="flex min-h-12 flex-wrap items-center gap-2 px-4 py-2">
        <h3 className="text-sm font-semibold">Limits and budgets</h3>
        {may && key.revokedAt === null && (
          <span className="ml-auto flex gap-2">
            <Button onClick={() => setEdited({ rule: 'budget', start: own })}>Set a budget</Button>
            <Button
              onClick={() =>
                setEdited({ rule: 'limits', start: ownLimits === undefined ? own : { ...own, limits: ownLimits } })
              }
            >
              {ownLimits === undefined ? 'Set limits' : 'Change limits'}
            </Button>
          </span>
        )}
      </div>
      {itsBudgets.length === 0 && itsLimits.length === 0 && (
        <p className="px-4 pb-4 text-sm text-ink-2">
          Nothing bounds this key: neither a limit or budget of its own, nor one of its owner, its project, its domain
          or everybody together.
        </p>
      )}
      {itsBudgets.length > 0 && (
        <ul>
          {itsBudgets.map((budget) => {
            const { budgetId, subjectKind: kind, subject, period, limitNanoDollars } = budget;
            const start = { kind, subject, period, limitNanoDollars };
            const change = may ? () => setEdited({ rule: 'budget', start }) : undefined;
            return <BudgetRow key={budgetId} budget={budget} now={now} onChange={change} />;
          })}
        </ul>
      )}
      {itsLimits.length > 0 && (
        <LimitsTable
          limits={itsLimits}
          onChange={
            may
              ? (limit) =>
                  setEdited({
                    rule: 'limits',
                    start: { kind: limit.subjectKind, subject: limit.subject, limits: limit.limits },
                  })
              : undefined
          }
        />
      )}
      {edited?.rule === 'budget' && <BudgetDialog start={edited.start} onClose={close} />}
      {edited?.rule === 'limits' && <LimitsDialog start={edited.start} onClose={close} />}
    </section>
  );
}

/** Whether a limit or a budget holds for whoever comes with a key; of a key for every domain, those of domains may. */
function isAbout(
  { subjectKind, subject }: Pick<BudgetSummary | LimitSummary, 'subjectKind' | 'subject'>,
  { keyId, owner, project, domain }: KeySummary,
): boolean {
  switch (subjectKind) {
    case 'key':
      return subject === keyId;
    case 'user':
      return subject === owner;
    case 'project':
      return subject === project;
    case 'domain':
      return domain === null || subject === domain;
    case 'global':
      return true;
    default:
      return subjectKind satisfies never;
  }
}
