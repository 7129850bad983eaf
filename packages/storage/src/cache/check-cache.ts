import type { ClientBase } from 'pg';
import type { CacheRollupTable, CacheTurnTable } from '../cache-tables.ts';
import { inTransaction } from '../in-transaction.ts';
import { ADVISORY_LOCKS } from '../migrations/advisory-locks.ts';
import type { Storage } from '../storage.ts';
import type { UsageCheckOptions, UsageCheckReport, WrongDay } from '../usage/check-usage.ts';
import { createInsertRows } from '../writer/insert-rows.ts';
import { CACHE_ROLLUP_SUMS, CACHE_ROLLUPS, toCacheRollupShape } from './cache-shapes.ts';
import { foldTurns, isNothing, toCacheRollupKey } from './fold-turns.ts';

const DAY_MS = 86_400_000;

/**
 * Adds up anew how turns used the prompt cache, day by day, and compares that with the sums that were kept. The lock that judging
 * takes keeps each day as it is meanwhile; who records does not take it.
 */
export async function checkCache(
  { pool }: Pick<Storage, 'pool'>,
  options: UsageCheckOptions,
): Promise<UsageCheckReport> {
  const wrong: WrongDay[] = [];
  let checkedDays = 0;
  let checkedRows = 0;
  for (const dayMs of await listDays(pool, options)) {
    const checked = await inTransaction(pool, async (client) => {
      await client.query('set local statement_timeout = 0');
      await client.query(`select pg_advisory_xact_lock(${ADVISORY_LOCKS.cache})`);
      return checkDay(client, dayMs, options);
    });
    checkedDays += 1;
    checkedRows += checked.rowCount;
    if (checked.wrong !== null) wrong.push(checked.wrong);
  }
  return { checkedDays, checkedRows, wrong };
}

/** Makes the sums of a day (its first instant) anew from its turns, in the open transaction. */
export async function rebuildCacheDay(client: ClientBase, dayMs: number): Promise<void> {
  const insert = createInsertRows({ prepared: false });
  const turns = await loadTurns(client, dayMs);
  for (const { table, stepMs } of CACHE_ROLLUPS) {
    await client.query(`delete from ${table} where at >= $1 and at < $2`, toRange(dayMs));
    await insert(client, toCacheRollupShape(table), foldTurns(turns, stepMs));
  }
}

async function listDays(pool: Storage['pool'], { fromMs, toMs }: UsageCheckOptions): Promise<number[]> {
  const found = await pool.query<{ first: Date | null; last: Date | null }>(
    `select
       (select started_at from cache_turn order by started_at limit 1) as first,
       (select started_at from cache_turn order by started_at desc limit 1) as last`,
  );
  const first = found.rows[0]?.first?.getTime() ?? 0;
  const last = found.rows[0]?.last?.getTime() ?? -1;
  const firstMs = Math.floor(Math.max(first, fromMs ?? first) / DAY_MS) * DAY_MS;
  const days = Math.max(0, Math.ceil((Math.min(last, toMs ?? last) + 1 - firstMs) / DAY_MS));
  return Array.from({ length: days }, (_, day) => firstMs + day * DAY_MS);
}

async function checkDay(
  client: ClientBase,
  dayMs: number,
  { repair, trustRows }: UsageCheckOptions,
): Promise<{ readonly rowCount: number; readonly wrong: WrongDay | null }> {
  const turns = await loadTurns(client, dayMs);
  // Where rows were dropped, sums know more than rows do.
  if (turns.length === 0) return { rowCount: 0, wrong: null };
  const wrongSums: Record<string, number> = {};
  let isSurplus = false;
  for (const { table, stepMs } of CACHE_ROLLUPS) {
    const stored = await client.query<CacheRollupTable>(
      `select * from ${table} where at >= $1 and at < $2`,
      toRange(dayMs),
    );
    const kept = stored.rows.filter((row) => !isNothing(row));
    const count = countWrong(kept, foldTurns(turns, stepMs));
    if (count > 0) wrongSums[table] = count;
    isSurplus ||= kept.reduce((sum, row) => sum + row.turn_count, 0) > turns.length;
  }
  if (Object.keys(wrongSums).length === 0) return { rowCount: turns.length, wrong: null };
  const isRepaired = repair && (!isSurplus || trustRows === true);
  if (isRepaired) await rebuildCacheDay(client, dayMs);
  const day = new Date(dayMs).toISOString().slice(0, 10);
  return { rowCount: turns.length, wrong: { day, wrongSums, isSurplus, isRepaired } };
}

/** Sums that differ, are missing or are too many. */
function countWrong(stored: readonly CacheRollupTable[], expected: readonly CacheRollupTable[]): number {
  const right = new Map(expected.map((row) => [toCacheRollupKey(row), row]));
  let wrong = 0;
  for (const row of stored) {
    const key = toCacheRollupKey(row);
    const same = right.get(key);
    if (same === undefined || CACHE_ROLLUP_SUMS.some((column) => row[column] !== same[column])) wrong += 1;
    right.delete(key);
  }
  return wrong + right.size;
}

async function loadTurns(client: ClientBase, dayMs: number) {
  const found = await client.query<CacheTurnTable>(
    'select * from cache_turn where started_at >= $1 and started_at < $2',
    toRange(dayMs),
  );
  return found.rows.map((turn) => ({ turn, sign: 1 as const }));
}

function toRange(dayMs: number): [Date, Date] {
  return [new Date(dayMs), new Date(dayMs + DAY_MS)];
}
