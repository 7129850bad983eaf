import type { OperationInput, OperationOutput } from '@nexus/contract';
import { saveBudget } from '@nexus/storage';
import { toAuditEntry } from '../audit/to-audit-entry.ts';
import type { Context } from '../context.ts';
import { requireSubject } from '../limit/require-subject.ts';
import { requireStorage } from '../require-storage.ts';
import { listBudgetSummaries } from './list.ts';

/** Sets or takes away one budget of a subject, and gives all of that subject. */
export async function setBudget(
  context: Context,
  { subjectKind, subject: given, period, limitNanoDollars }: OperationInput<'budget.set'>,
): Promise<OperationOutput<'budget.set'>> {
  const storage = requireStorage(context);
  const subject = await requireSubject(storage, subjectKind, given);
  const change = {
    budgetId: context.newId(),
    subject: { kind: subjectKind, subject },
    period,
    limitNano: limitNanoDollars,
    changedAtMs: context.clock(),
  };
  const nounId = `${subjectKind}:${subject}`;
  const detail = { period, limitNanoDollars };
  await saveBudget(storage, change, toAuditEntry(context, { verb: 'set', noun: 'budget', nounId, detail }));
  const { budgets } = await listBudgetSummaries(context);
  return { budgets: budgets.filter((budget) => budget.subjectKind === subjectKind && budget.subject === subject) };
}
