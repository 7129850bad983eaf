import type { ClientBase } from 'pg';
import { inTransaction } from '../in-transaction.ts';
import { ADVISORY_LOCKS } from '../migrations/advisory-locks.ts';
import { addMonths, type Month } from '../migrations/month.ts';
import { listMonthPartitions } from '../retention/list-month-partitions.ts';
import type { Storage } from '../storage.ts';

const DAY_MS = 86_400_000;
/** A search that is running holds a month; dropping it waits no longer than this and is tried again. */
const DROP_WAIT_MS = 2_000;
const SEARCH_TABLES = ['message_search', 'message_search_slice'] as const;

export interface SearchSpan {
  readonly nowMs: number;
  /** Days for which what was said can be searched; 0 for none. */
  readonly daysMax: number;
}

/**
 * Makes the months that can be searched those that are to be: a month that is missing gets its partitions, and all its
 * requests are queued to be read; one that is too old, or whose bodies are gone, is dropped. Gives the months that can be
 * searched now. That a month has partitions says that all of it was queued, so nothing else need be remembered.
 */
export async function keepSearchMonths({ pool }: Pick<Storage, 'pool'>, span: SearchSpan): Promise<Set<Month>> {
  const [stored, searched] = await Promise.all([listMonths(pool, 'request_body'), listMonths(pool, 'message_search')]);
  const wanted = new Set([...stored].filter((month) => isWanted(month, span)));
  // The newest first: it is what people look for.
  for (const month of [...wanted].toSorted().toReversed()) {
    if (!searched.has(month)) await inTransaction(pool, (client) => coverMonth(client, month));
  }
  for (const month of searched) {
    if (!wanted.has(month)) await inTransaction(pool, (client) => dropMonth(client, month));
  }
  // Switched off, nobody reads what writers go on to queue.
  if (wanted.size === 0) await pool.query('delete from search_queue');
  return wanted;
}

function isWanted(month: Month, { nowMs, daysMax }: SearchSpan): boolean {
  return daysMax > 0 && Date.parse(addMonths(month, 1)) > nowMs - daysMax * DAY_MS;
}

async function listMonths(pool: Storage['pool'], table: string): Promise<Set<Month>> {
  return new Set((await listMonthPartitions(pool, table)).map(({ month }) => month));
}

/** Who writes meanwhile queues its own requests; the same one twice is one. */
async function coverMonth(client: ClientBase, month: Month): Promise<void> {
  await client.query('set local statement_timeout = 0');
  await client.query(`select pg_advisory_xact_lock(${ADVISORY_LOCKS.search})`);
  const isThere = await client.query('select where to_regclass($1) is not null', [
    toPartition('message_search', month),
  ]);
  // Another process did it while this one waited, and may have read much of it since.
  if (isThere.rowCount === 1) return;
  for (const table of SEARCH_TABLES) {
    await client.query(
      `create table if not exists ${toPartition(table, month)} partition of ${table}
       for values from ('${month}') to ('${addMonths(month, 1)}')`,
    );
  }
  await client.query(
    `insert into search_queue (payload_id, request_id, started_at)
     select payload_id, request_id, started_at
     from request_body
     where started_at >= $1 and started_at < $2
     on conflict do nothing`,
    [toInstant(month), toInstant(addMonths(month, 1))],
  );
}

async function dropMonth(client: ClientBase, month: Month): Promise<void> {
  await client.query(`set local lock_timeout = ${DROP_WAIT_MS}`);
  await client.query(`select pg_advisory_xact_lock(${ADVISORY_LOCKS.search})`);
  for (const table of SEARCH_TABLES) await client.query(`drop table if exists ${toPartition(table, month)}`);
  await client.query('delete from search_queue where started_at >= $1 and started_at < $2', [
    toInstant(month),
    toInstant(addMonths(month, 1)),
  ]);
}

function toPartition(table: string, month: Month): string {
  return `${table}_${month.slice(0, 7).replace('-', '_')}`;
}

function toInstant(month: Month): Date {
  return new Date(`${month}T00:00:00Z`);
}
