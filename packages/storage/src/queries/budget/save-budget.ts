import type { BudgetPeriod } from '@nexus/core';
import { inTransaction } from '../../in-transaction.ts';
import type { Storage } from '../../storage.ts';
import { type AuditEntry, insertAudit } from '../audit/insert-audit.ts';
import type { LimitSubject } from '../limit/save-limit.ts';

/** So much money for one subject in each span. */
export interface Budget {
  readonly budgetId: string;
  readonly subject: LimitSubject;
  readonly period: BudgetPeriod;
  readonly limitNano: number;
}

export interface BudgetChange extends Omit<Budget, 'limitNano'> {
  /** Null takes the budget away. */
  readonly limitNano: number | null;
  readonly changedAtMs: number;
}

/** Sets the budget of a subject for one kind of span; one that was there keeps its id, and what was spent of it. */
export async function saveBudget(
  { pool }: Pick<Storage, 'pool'>,
  budget: BudgetChange,
  audit: AuditEntry,
): Promise<void> {
  const { budgetId, subject, period, limitNano, changedAtMs } = budget;
  await inTransaction(pool, async (client) => {
    if (limitNano === null) await client.query(DELETE, [subject.kind, subject.subject, period]);
    else
      await client.query(UPSERT, [budgetId, subject.kind, subject.subject, period, limitNano, new Date(changedAtMs)]);
    await insertAudit(client, audit);
  });
}

const DELETE = `
  delete from budget
  where subject_kind = $1 and subject = $2 and period = $3`;

const UPSERT = `
  insert into budget (budget_id, subject_kind, subject, period, limit_nano, changed_at)
  values ($1, $2, $3, $4, $5, $6)
  on conflict (subject_kind, subject, period) do update
  set limit_nano = excluded.limit_nano, changed_at = excluded.changed_at`;
