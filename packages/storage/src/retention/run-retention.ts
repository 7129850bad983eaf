import type { ClientBase, Pool } from 'pg';
import { inTransaction } from '../in-transaction.ts';
import { ADVISORY_LOCKS } from '../migrations/advisory-locks.ts';
import { type AuditEntry, insertAudit } from '../queries/audit/insert-audit.ts';
import type { Month } from '../migrations/month.ts';
import type { Storage } from '../storage.ts';
import { BATCH_MESSAGE_DAYS_MIN, forgetBatchMessages } from './forget-batch-messages.ts';
import { deleteOldConversations, FORGET_CONVERSATIONS_MAX, forgetOldLinks } from './forget-conversations.ts';
import { listMonthPartitions, type MonthPartition } from './list-month-partitions.ts';
import {
  isBefore,
  RETAINED_TABLES,
  type RetentionRules,
  toFirstKeptMonth,
  toForgetBeforeMs,
  toMonthStart,
} from './retention-rules.ts';

export interface RetentionOptions {
  readonly rules: RetentionRules;
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** Tells what would go, and lets all of it stay. */
  readonly dryRun: boolean;
  /** Who does it; called where something went. */
  readonly toAudit: (detail: AuditEntry['detail']) => AuditEntry;
}

export interface RetentionReport {
  /** Months of tables that went, or would go. */
  readonly months: readonly Pick<MonthPartition, 'table' | 'month' | 'bytes'>[];
  /** Conversations that went with all their requests. */
  readonly deletedConversations: number;
  /** Conversations that stay to be looked at, and are gone on with by nothing any more. */
  readonly forgottenConversations: number;
  /** False where another process was at it, or a month was in use: the rest is for the next run. */
  readonly isDone: boolean;
}

/** A read that is running holds a month; who drops it must not keep everybody else waiting behind it. */
const LOCK_MS_MAX = 2_000;

/**
 * Drops whole months, and deletes from the tables that have none in small steps. What remains keeps its links: a
 * conversation goes when all of it is old. Any number of processes may call it at once; one of them does it.
 */
export async function runRetention(
  { pool }: Pick<Storage, 'pool'>,
  options: RetentionOptions,
): Promise<RetentionReport> {
  const months = await listOldMonths(pool, options);
  if (options.dryRun) return { months, ...(await countOld(pool, options)), isDone: true };
  const factsFrom = toFirstKeptMonth('facts', options.rules, options.nowMs);
  const forgetBeforeMs = toForgetBeforeMs(options.rules, options.nowMs);
  const deleted = await inSteps(pool, factsFrom === null ? null : toMonthStart(factsFrom), deleteOldConversations);
  const forgotten = await inSteps(pool, forgetBeforeMs === null ? null : new Date(forgetBeforeMs), forgetOldLinks);
  const dropped: MonthPartition[] = [];
  for (const partition of deleted.isDone ? months : []) {
    if (await dropPartition(pool, partition)) dropped.push(partition);
  }
  await inSteps(pool, toMessagesBefore(factsFrom, options.nowMs), forgetBatchMessages);
  const report: RetentionReport = {
    months: dropped,
    deletedConversations: deleted.count,
    forgottenConversations: forgotten.count,
    isDone: deleted.isDone && forgotten.isDone && dropped.length === months.length,
  };
  if (hasChanged(report)) await inTransaction(pool, (client) => insertAudit(client, options.toAudit(toDetail(report))));
  return report;
}

/** As long as their usage, and as long as Claude gives out their results. */
function toMessagesBefore(factsFrom: Month | null, nowMs: number): Date | null {
  if (factsFrom === null) return null;
  const availableMs = BATCH_MESSAGE_DAYS_MIN * 86_400_000;
  return new Date(Math.min(toMonthStart(factsFrom).getTime(), nowMs - availableMs));
}

async function listOldMonths(pool: Pool, { rules, nowMs }: RetentionOptions): Promise<MonthPartition[]> {
  const old: MonthPartition[] = [];
  for (const { table, plane } of RETAINED_TABLES) {
    const firstKept = toFirstKeptMonth(plane, rules, nowMs);
    if (firstKept === null) continue;
    old.push(...(await listMonthPartitions(pool, table)).filter(({ month }) => isBefore(month, firstKept)));
  }
  return old;
}

async function countOld(pool: Pool, { rules, nowMs }: RetentionOptions) {
  const factsFrom = toFirstKeptMonth('facts', rules, nowMs);
  const forgetBeforeMs = toForgetBeforeMs(rules, nowMs);
  const found = await pool.query<{ deleted: number; forgotten: number }>(
    `select
       count(*) filter (where last_at < $1) as deleted,
       count(*) filter (where last_at < $2 and not links_forgotten and (last_at < $1) is not true) as forgotten
     from conversation`,
    [factsFrom === null ? null : toMonthStart(factsFrom), forgetBeforeMs === null ? null : new Date(forgetBeforeMs)],
  );
  const [counts] = found.rows;
  return { deletedConversations: counts?.deleted ?? 0, forgottenConversations: counts?.forgotten ?? 0 };
}

type Step = (client: ClientBase, before: Date) => Promise<number>;

/** Repeats a step, each time in a transaction of its own, until nothing is left; null has nothing to do. */
async function inSteps(pool: Pool, before: Date | null, step: Step): Promise<{ count: number; isDone: boolean }> {
  let count = 0;
  if (before === null) return { count, isDone: true };
  for (;;) {
    const stepped = await inTransaction(pool, async (client) =>
      (await takeTurn(client)) ? step(client, before) : null,
    );
    if (stepped === null) return { count, isDone: false };
    count += stepped;
    if (stepped < FORGET_CONVERSATIONS_MAX) return { count, isDone: true };
  }
}

/** Whether nobody else is at it now; the lock goes with the transaction, as poolers need it. */
async function takeTurn(client: ClientBase): Promise<boolean> {
  await client.query('set local statement_timeout = 0');
  const taken = await client.query<{ taken: boolean }>(
    `select pg_try_advisory_xact_lock(${ADVISORY_LOCKS.retention}) as taken`,
  );
  return taken.rows.some((row) => row.taken);
}

/** False where the month was in use, or somebody else is at it. */
async function dropPartition(pool: Pool, { name }: MonthPartition): Promise<boolean> {
  try {
    return await inTransaction(pool, async (client) => {
      if (!(await takeTurn(client))) return false;
      await client.query(`set local lock_timeout = ${LOCK_MS_MAX}`);
      await client.query(`drop table if exists ${name}`);
      return true;
    });
  } catch (error) {
    if (isLockTimeout(error)) return false;
    throw error;
  }
}

/** SQLSTATE 55P03, `lock_not_available`. */
function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '55P03';
}

function hasChanged({ months, deletedConversations, forgottenConversations }: RetentionReport): boolean {
  return months.length + deletedConversations + forgottenConversations > 0;
}

function toDetail({ months, deletedConversations, forgottenConversations }: RetentionReport): AuditEntry['detail'] {
  const names = [...new Set(months.map(({ table, month }) => `${table} ${month.slice(0, 7)}`))];
  const bytes = months.reduce((sum, month) => sum + month.bytes, 0);
  return { months: names.join(', '), bytes, deletedConversations, forgottenConversations };
}
