import { toBudgetSpan } from '@nexus/core';
import type { Storage } from '../../storage.ts';
import type { Budget } from './save-budget.ts';

const BUDGETS_MAX = 100_000;

/** All budgets. Small enough to be read whole each second. */
export async function listBudgets({ db }: Pick<Storage, 'db'>): Promise<Budget[]> {
  const rows = await db
    .selectFrom('budget')
    .selectAll()
    .orderBy('subject_kind')
    .orderBy('subject')
    .orderBy('period')
    .limit(BUDGETS_MAX)
    .execute();
  return rows.map((row) => ({
    budgetId: row.budget_id,
    subject: { kind: row.subject_kind, subject: row.subject },
    period: row.period,
    limitNano: row.limit_nano,
  }));
}

/** A budget, and how it stands in the span of now. */
export interface BudgetStanding extends Budget {
  readonly spentNano: number;
  readonly reservedNano: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** All budgets as they stand at `nowMs`. */
export async function listBudgetStandings(storage: Pick<Storage, 'db'>, nowMs: number): Promise<BudgetStanding[]> {
  const budgets = await listBudgets(storage);
  if (budgets.length === 0) return [];
  const rows = await storage.db
    .selectFrom('budget_window')
    .selectAll()
    .where('period_start', '>=', new Date(toBudgetSpan('month', nowMs).startMs - WEEK_MS))
    .execute();
  const windows = new Map(rows.map((row) => [`${row.budget_id} ${row.period_start.getTime()}`, row]));
  return budgets.map((budget) => {
    const span = toBudgetSpan(budget.period, nowMs);
    const found = windows.get(`${budget.budgetId} ${span.startMs}`);
    const figures = { spentNano: found?.spent_nano ?? 0, reservedNano: found?.reserved_nano ?? 0 };
    return Object.assign(figures, budget, span);
  });
}

/** The week that a month begins in may have begun in the month before. */
const WEEK_MS = 604_800_000;
