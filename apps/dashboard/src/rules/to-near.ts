import type { BudgetSummary } from '@nexus/contract';
import type { LimitWindow } from '../api/limit-queries.ts';
import { toBudgetShare } from './to-budget-share.ts';
import { WARN_FROM } from '../words/limit-words.ts';

/** Something that fills up: money that was set here, or a window of Claude. */
export type Filling =
  | { readonly kind: 'budget'; readonly share: number; readonly budget: BudgetSummary }
  | { readonly kind: 'window'; readonly share: number; readonly window: LimitWindow };

export interface Near {
  /** What is worth a look, the fullest first. */
  readonly near: readonly Filling[];
  /** The fullest of all; null where nothing is known to fill up. */
  readonly fullest: Filling | null;
}

/** Who is near a bound, or over it. What has started anew since it was told says nothing of now. */
export function toNear(budgets: readonly BudgetSummary[], windows: readonly LimitWindow[]): Near {
  const all: readonly Filling[] = [
    ...budgets.map((budget) => ({ kind: 'budget' as const, share: toBudgetShare(budget), budget })),
    ...windows.flatMap((window) => {
      const share = window.isRejected ? Math.max(1, window.usedShare ?? 0) : window.usedShare;
      return share === null || window.isOver ? [] : [{ kind: 'window' as const, share, window }];
    }),
  ];
  const sorted = all.toSorted((one, other) => other.share - one.share);
  return { near: sorted.filter(({ share }) => share >= WARN_FROM), fullest: sorted[0] ?? null };
}
