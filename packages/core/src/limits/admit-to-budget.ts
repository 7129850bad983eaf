import type { NanoDollars } from '../pricing/price-table.ts';

/** How a budget stands in its current span. */
export interface BudgetState {
  readonly limit: NanoDollars;
  /** Settled. */
  readonly spent: NanoDollars;
  /** The worst cases of calls that are under way. */
  readonly reserved: NanoDollars;
}

export type BudgetDecision = 'admitted' | 'spent' | 'reserved';

/**
 * Whether a call may begin: as long as what was spent and what is reserved leave anything. Since a call costs no more than
 * its worst case, which is reserved before it begins, what is spent in the end is at most the limit and one worst case:
 * that of the call that was admitted last. `reserved` is a refusal that may pass, `spent` one that does not.
 */
export function admitToBudget({ limit, spent, reserved }: BudgetState): BudgetDecision {
  if (spent >= limit) return 'spent';
  return spent + reserved >= limit ? 'reserved' : 'admitted';
}
