import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { budgetsQuery } from '../../api/limit-queries.ts';
import { useMay } from '../../api/use-may.ts';
import { BudgetDialog, type BudgetStart } from '../../rules/budget-dialog.tsx';
import { BudgetRow } from '../../rules/budget-row.tsx';
import { toBudgetShare } from '../../rules/to-budget-share.ts';
import { Button } from '../../ui/button.tsx';
import { formatCount } from '../../words/format-count.ts';
import { RulesSection } from './rules-section.tsx';

interface BudgetsProps {
  readonly now: number;
  /** Whether a new one is being set, which the address says. */
  readonly isNew: boolean;
  readonly onNew: (isNew: boolean) => void;
}

/** The fullest are what one comes for. */
const SHOWN_MAX = 6;

const NOTHING =
  'Nobody has a budget: neither a key, an owner of keys, a project, a domain, nor all together. A budget bounds what may be spent in a day, a week or a month, whatever the number of gateways.';

/** Money that somebody set a bound to, and how much of it is spent: the fullest first. */
export function Budgets({ now, isNew, onNew }: BudgetsProps) {
  const { data, error } = useQuery(budgetsQuery);
  const [edited, setEdited] = useState<BudgetStart | null>(null);
  const [all, setAll] = useState(false);
  const may = useMay('budget.set');
  const sorted = (data?.budgets ?? []).toSorted((one, other) => toBudgetShare(other) - toBudgetShare(one));
  const shown = all ? sorted : sorted.slice(0, SHOWN_MAX);
  return (
    <RulesSection
      title="Budgets"
      newWords="Set a budget"
      onNew={may ? () => onNew(true) : undefined}
      error={error}
      count={data?.budgets.length}
      nothing={NOTHING}
    >
      {data !== undefined && data.budgets.length > 0 && (
        <ul>
          {shown.map((budget) => {
            const { budgetId, subjectKind: kind, subject, period, limitNanoDollars } = budget;
            const change = () => setEdited({ kind, subject, period, limitNanoDollars });
            return <BudgetRow key={budgetId} budget={budget} now={now} onChange={may ? change : undefined} />;
          })}
        </ul>
      )}
      {sorted.length > shown.length && (
        <p className="border-t px-4 py-2.5">
          <Button look="quiet" className="-mx-2.5" onClick={() => setAll(true)}>
            Show all {formatCount(sorted.length)}
          </Button>
        </p>
      )}
      {isNew && <BudgetDialog start={{ kind: 'global', subject: '*' }} onClose={() => onNew(false)} />}
      {edited !== null && <BudgetDialog start={edited} onClose={() => setEdited(null)} />}
    </RulesSection>
  );
}
