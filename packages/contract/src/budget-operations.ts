import { BUDGET_PERIODS } from '@nexus/core';
import { z } from 'zod';
import { SUBJECT_KINDS, SubjectFields } from './limit-operations.ts';
import type { OperationDeclaration } from './operation-declaration.ts';
import { Format } from './usage-shapes.ts';

const Nano = z.int().nonnegative();
/** A million dollars. */
const LIMIT_NANO_MAX = 1e15;

/** A budget, and how it stands in the span of now. Money in nano-dollars. */
const BudgetSummary = z
  .strictObject({
    budgetId: z.uuid(),
    subjectKind: z.enum(SUBJECT_KINDS),
    subject: z.string(),
    period: z.enum(BUDGET_PERIODS),
    limitNanoDollars: Nano,
    spentNanoDollars: z.int(),
    /** The worst cases of calls that are under way. */
    reservedNanoDollars: z.int(),
    /** By the calendar of UTC; weeks begin on Monday. */
    startsAt: z.iso.datetime(),
    endsAt: z.iso.datetime(),
  })
  .meta({ id: 'BudgetSummary' });
export type BudgetSummary = z.infer<typeof BudgetSummary>;

export const BUDGET_OPERATIONS = {
  'budget.list': {
    method: 'GET',
    path: '/api/budgets',
    scope: 'read',
    about: 'Budgets, with what was spent of each and what is reserved for calls that are under way.',
    csv: 'budgets',
    input: z.strictObject({ format: Format }),
    output: z.strictObject({ budgets: z.array(BudgetSummary) }),
  },
  'budget.set': {
    method: 'POST',
    path: '/api/budgets',
    scope: 'write',
    about:
      'Sets the money that one subject may use in each day, week or month, or takes the budget away. What was spent stays spent.',
    input: z.strictObject({
      ...SubjectFields,
      period: z.enum(BUDGET_PERIODS),
      /** Null takes it away. */
      limitNanoDollars: Nano.max(LIMIT_NANO_MAX).nullable(),
    }),
    output: z.strictObject({ budgets: z.array(BudgetSummary) }),
  },
} as const satisfies Record<string, OperationDeclaration>;
