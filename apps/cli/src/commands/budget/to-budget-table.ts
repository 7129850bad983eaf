import type { BudgetSummary } from '@nexus/contract';

const HEADS = ['of', 'subject', 'each', 'limit', 'spent', 'reserved', 'begins anew'];

/** Budgets as rows for people. */
export function toBudgetTable(budgets: readonly BudgetSummary[]): { heads: string[]; rows: string[][] } {
  const rows = budgets.map((budget) => [
    budget.subjectKind,
    budget.subject,
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
