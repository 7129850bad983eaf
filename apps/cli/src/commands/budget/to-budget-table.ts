import type { BudgetSummary } from '@nexus/contract';
import { toSubjectWords } from '../key/key-names.ts';

const HEADS = ['of', 'subject', 'each', 'limit', 'spent', 'reserved', 'begins anew'];

interface BudgetTable {
  readonly heads: string[];
  readonly rows: string[][];
}

/** Budgets as rows for people; `keyNames` has the names of keys by their ids. */
export function toBudgetTable(budgets: readonly BudgetSummary[], keyNames: ReadonlyMap<string, string>): BudgetTable {
  const rows = budgets.map((budget) => [
    budget.subjectKind,
    toSubjectWords(budget, keyNames),
    budget.period,
    toDollars(budget.limitNanoDollars),
    toDollars(budget.spentNanoDollars),
    toDollars(budget.reservedNanoDollars),
    budget.endsAt,
  ]);
  return { heads: HEADS, rows };
}

/** Cents, and below a dollar hundredths of them. */
function toDollars(nano: number): string {
  const dollars = nano / 1e9;
  return `$${dollars.toFixed(Math.abs(dollars) < 1 && nano !== 0 ? 4 : 2)}`;
}
