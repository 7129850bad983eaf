import type { PriceTable } from '@nexus/core';
import type { ClientBase } from 'pg';
import type { CacheQueueTable, CacheTurnTable } from '../cache-tables.ts';
import { inTransaction } from '../in-transaction.ts';
import { ADVISORY_LOCKS } from '../migrations/advisory-locks.ts';
import { createPartitions } from '../migrations/ensure-partitions.ts';
import { toMonth } from '../migrations/month.ts';
import { findFacts } from '../queries/request/find-request.ts';
import type { RequestTable } from '../schema.ts';
import type { Storage } from '../storage.ts';
import { createInsertRows, type InsertRows } from '../writer/insert-rows.ts';
import { CACHE_ROLLUPS, CACHE_TURN_SHAPE, type CacheTurnRow, toCacheRollupShape } from './cache-shapes.ts';
import { foldTurns } from './fold-turns.ts';
import { goesOn, isCounted, judgeTurn } from './judge-turn.ts';
import type { LoadPrompt } from './load-prompt.ts';

export interface JudgeWorld {
  readonly storage: Storage;
  readonly prices: PriceTable;
  readonly loadPrompt: LoadPrompt;
  /** Told of turns that nobody had looked at before, once that is sure to stay; what is found out anew is not told again. */
  readonly onJudged?: ((turns: readonly JudgedTurn[]) => void) | undefined;
}

/** A turn whose parents failed one after the other is compared with the last one that was answered, so far back. */
const PARENTS_MAX = 8;

/** How a turn used the prompt cache. `lost_nano` is null where nobody knows the price. */
export type JudgedTurn = Pick<CacheTurnTable, 'model' | 'verdict' | 'lost_tokens' | 'lost_nano'>;

/**
 * Looks at the turns that wait longest and writes down how they used the prompt cache, in one transaction. Gives their
 * number; null where another process is at it. Looking again at a turn changes nothing but what is different now.
 */
export async function judgeBatch(world: JudgeWorld, turnsMax: number): Promise<number | null> {
  const looked = await inTransaction(world.storage.pool, async (client) => {
    const lock = await client.query<{ locked: boolean }>(
      `select pg_try_advisory_xact_lock(${ADVISORY_LOCKS.cache}) as locked`,
    );
    if (lock.rows[0]?.locked !== true) return null;
    const queued = await listQueued(client, turnsMax);
    const judged: CacheTurnRow[] = [];
    for (const key of queued) judged.push(...(await judgeQueued(world, key.request_id)));
    const known = await saveTurns(client, { queued, judged });
    return { count: queued.length, fresh: judged.filter((turn) => !known.has(turn.request_id)) };
  });
  if (looked === null) return null;
  if (looked.fresh.length > 0) world.onJudged?.(looked.fresh);
  return looked.count;
}

/** Lets the turn that waits longest go unjudged: what is said of it cannot be stored. Gives its id. */
export async function skipTurn({ pool }: Pick<Storage, 'pool'>): Promise<string | null> {
  const gone = await pool.query<{ request_id: string }>(
    `delete from cache_queue
     where (account_id, request_id) in (
       select account_id, request_id
       from cache_queue
       order by started_at, request_id
       limit 1
     )
     returning request_id`,
  );
  return gone.rows[0]?.request_id ?? null;
}

/** Makes the months of the turns that wait longest: what was recorded before this step of the schema has none. */
export async function makeQueuedMonths({ pool }: Pick<Storage, 'pool'>, turnsMax: number): Promise<void> {
  const client = await pool.connect();
  try {
    const queued = await listQueued(client, turnsMax);
    await createPartitions(client, [...new Set(queued.map((row) => toMonth(row.started_at.getTime())))]);
  } finally {
    client.release();
  }
}

/** Rows are not locked, so that whoever records never waits for who looks. */
async function listQueued(client: ClientBase, turnsMax: number): Promise<CacheQueueTable[]> {
  const found = await client.query<CacheQueueTable>(
    `select account_id, request_id, started_at, queued_at
     from cache_queue
     order by started_at, request_id
     limit $1`,
    [turnsMax],
  );
  return found.rows;
}

/** Nothing where the request is gone, or is no turn that Claude counted. */
async function judgeQueued(world: JudgeWorld, requestId: string): Promise<CacheTurnRow[]> {
  const row = await findFacts(world.storage, requestId);
  if (row === null || row.relation === 'attached' || !isCounted(row)) return [];
  const parent = goesOn(row) ? await findParent(world.storage, row) : null;
  return [await judgeTurn({ row, parent }, world)];
}

async function findParent(storage: Storage, row: RequestTable): Promise<RequestTable | null> {
  let parentId = row.parent_request_id;
  for (let steps = 0; parentId !== null && steps < PARENTS_MAX; steps++) {
    const parent: RequestTable | null = await findFacts(storage, parentId);
    if (parent === null || isCounted(parent)) return parent;
    parentId = goesOn(parent) ? parent.parent_request_id : null;
  }
  return null;
}

interface JudgedBatch {
  readonly queued: readonly CacheQueueTable[];
  readonly judged: readonly CacheTurnRow[];
}

/** Gives the ids of those that were looked at before. */
async function saveTurns(client: ClientBase, { queued, judged }: JudgedBatch): Promise<ReadonlySet<string>> {
  const insert = createInsertRows({ prepared: false });
  const keys = [
    queued.map((row) => row.account_id),
    queued.map((row) => row.started_at),
    queued.map((row) => row.request_id),
  ];
  const before = await client.query<CacheTurnTable>(
    `delete from cache_turn as t
     using unnest($1::text[], $2::timestamptz[], $3::uuid[]) as k (account_id, started_at, request_id)
     where t.account_id = k.account_id and t.started_at = k.started_at and t.request_id = k.request_id
     returning t.*`,
    keys,
  );
  await insert(client, CACHE_TURN_SHAPE, judged);
  await addTurns(client, insert, { gone: before.rows, come: judged });
  await client.query(
    `delete from cache_queue as q
     using unnest($1::text[], $2::uuid[], $3::timestamptz[]) as k (account_id, request_id, queued_at)
     where q.account_id = k.account_id and q.request_id = k.request_id and q.queued_at = k.queued_at`,
    [keys[0], keys[2], queued.map((row) => row.queued_at)],
  );
  return new Set(before.rows.map((row) => row.request_id));
}

/** Adds to the sums what came, and takes back what is no longer so. */
export async function addTurns(
  client: ClientBase,
  insert: InsertRows,
  { gone, come }: Readonly<Record<'gone' | 'come', readonly Omit<CacheTurnTable, 'detail'>[]>>,
): Promise<void> {
  const counted = [
    ...gone.map((turn) => ({ turn, sign: -1 as const })),
    ...come.map((turn) => ({ turn, sign: 1 as const })),
  ];
  for (const { table, stepMs } of CACHE_ROLLUPS) {
    await insert(client, toCacheRollupShape(table), foldTurns(counted, stepMs));
  }
}
