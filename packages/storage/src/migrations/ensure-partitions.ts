import type { ClientBase } from 'pg';
import type { Storage } from '../storage.ts';
import { ADVISORY_LOCKS } from './advisory-locks.ts';
import { addMonths, type Month, toMonth } from './month.ts';

/** Tables that are cut by month. */
export const PARTITIONED_TABLES = [
  'request',
  'request_body',
  'response_body',
  'message_blob',
  'usage',
  'usage_minute',
  'window_sample',
  'cache_turn',
] as const;

const MONTHS_AHEAD = 2;

/** Makes the partitions of the month of `nowMs` and of two more. Call at start and daily. Gives the months that were missing. */
export async function ensurePartitions(storage: Pick<Storage, 'pool'>, nowMs: number): Promise<Month[]> {
  const months = Array.from({ length: MONTHS_AHEAD + 1 }, (_, index) => addMonths(toMonth(nowMs), index));
  const client = await storage.pool.connect();
  try {
    return await createPartitions(client, months);
  } finally {
    client.release();
  }
}

/**
 * Makes the partitions of `months` where they are missing, in a transaction of its own. One at a time: two processes that
 * attach the same partition at once would get in each other's way.
 */
export async function createPartitions(client: ClientBase, months: readonly Month[]): Promise<Month[]> {
  const missing = await findMissing(client, months);
  if (missing.length === 0) return [];
  await client.query('begin');
  try {
    await client.query(`select pg_advisory_xact_lock(${ADVISORY_LOCKS.partition})`);
    for (const month of missing) {
      for (const table of PARTITIONED_TABLES) await client.query(toStatement(table, month));
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
  return missing;
}

async function findMissing(client: ClientBase, months: readonly Month[]): Promise<Month[]> {
  const found = await client.query<{ month: Month }>(
    `select month
     from unnest($1::text[]) as month
     where exists (
       select
       from unnest($2::text[]) as parent
       where to_regclass(parent || '_' || replace(left(month, 7), '-', '_')) is null
     )`,
    [months, PARTITIONED_TABLES],
  );
  return found.rows.map((row) => row.month);
}

function toStatement(table: string, month: Month): string {
  const name = `${table}_${month.slice(0, 7).replace('-', '_')}`;
  const zone = table === 'message_blob' ? '' : ' 00:00:00+00';
  return `create table if not exists ${name} partition of ${table} for values from ('${month}${zone}') to ('${addMonths(month, 1)}${zone}')`;
}
