import type { BudgetSummary } from '@nexus/contract';

/** How much of a budget is spent or held for calls under way, 0 to 1 and above; one of nothing is spent. */
export function toBudgetShare({ limitNanoDollars, spentNanoDollars, reservedNanoDollars }: BudgetSummary): number {
  return limitNanoDollars === 0 ? 1 : (spentNanoDollars + reservedNanoDollars) / limitNanoDollars;
}
