import type { PriceTable } from '@nexus/core';
import type { ClientBase } from 'pg';
import { ADVISORY_LOCKS } from '../migrations/advisory-locks.ts';
import type { RequestTable } from '../schema.ts';
import { rebuildCacheDay } from './check-cache.ts';
import { priceLoss } from './judge-turn.ts';

const DAY_MS = 86_400_000;

/** Prices again what the turns of a day lost for want of the cache, in the open transaction; `dayMs` is its first instant. */
export async function repriceCache(client: ClientBase, dayMs: number, prices: PriceTable): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(${ADVISORY_LOCKS.cache})`);
  const found = await client.query<RequestTable & { readonly lost_tokens: number; readonly lost_nano: number | null }>(
    `select r.*, t.lost_tokens, t.lost_nano
     from cache_turn as t
     join request as r on r.started_at = t.started_at and r.request_id = t.request_id
     where t.started_at >= $1 and t.started_at < $2 and t.lost_tokens > 0`,
    [new Date(dayMs), new Date(dayMs + DAY_MS)],
  );
  const changes = found.rows.flatMap((row) => {
    const lostNano = priceLoss(row, { lostTokens: row.lost_tokens, prices });
    return lostNano === row.lost_nano ? [] : [{ row, lostNano }];
  });
  if (changes.length === 0) return;
  await client.query(
    `update cache_turn as t
     set lost_nano = k.lost_nano
     from unnest($1::timestamptz[], $2::uuid[], $3::bigint[]) as k (started_at, request_id, lost_nano)
     where t.started_at = k.started_at and t.request_id = k.request_id`,
    [
      changes.map(({ row }) => row.started_at),
      changes.map(({ row }) => row.request_id),
      changes.map(({ lostNano }) => lostNano),
    ],
  );
  await rebuildCacheDay(client, dayMs);
}
