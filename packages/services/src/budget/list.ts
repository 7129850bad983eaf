import type { BudgetSummary, OperationOutput } from '@nexus/contract';
import { type BudgetStanding, listBudgetStandings } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { toInstant } from '../to-instant.ts';

/** All budgets as they stand now. */
export async function listBudgetSummaries(context: Context): Promise<OperationOutput<'budget.list'>> {
  const standings = await listBudgetStandings(requireStorage(context), context.clock());
  return { budgets: standings.map(toBudgetSummary) };
}

function toBudgetSummary(budget: BudgetStanding): BudgetSummary {
  return {
    budgetId: budget.budgetId,
    subjectKind: budget.subject.kind,
    subject: budget.subject.subject,
    period: budget.period,
    limitNanoDollars: budget.limitNano,
    spentNanoDollars: budget.spentNano,
    reservedNanoDollars: budget.reservedNano,
    startsAt: toInstant(budget.startMs),
    endsAt: toInstant(budget.endMs),
  };
}
