import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';

/** How much is stored. All sizes in bytes, with indexes. */
export interface StorageStats {
  readonly requestCount: number;
  /** Request and response bytes as they passed on the wire. */
  readonly rawBytes: number;
  readonly storedBytes: number;
  readonly factsBytes: number;
  readonly payloadBytes: number;
  readonly rollupBytes: number;
  /** Raw bytes for each stored byte; null while nothing is stored. */
  readonly dedupRatio: number | null;
  readonly oldestAtMs: number | null;
  /** First day of the oldest month of which bodies are kept, `YYYY-MM-01`. */
  readonly payloadSince: string | null;
}

/** Counts come from the roll-up and sizes from the catalogue, so this costs the same at any number of requests. */
export async function loadStorageStats({ db }: Pick<Storage, 'db'>): Promise<StorageStats> {
  const [totals, sizes, oldest, months] = await Promise.all([
    sql<{ requests: number; raw: number }>`
      select
        coalesce(sum(request_count), 0)::bigint as requests,
        coalesce(sum(request_bytes + response_bytes), 0)::bigint as raw
      from usage_day`.execute(db),
    sql<{ facts: number; payload: number; rollup: number }>`
      select
        (
          select sum(pg_total_relation_size(relid))
          from unnest(array['request', 'usage']) as parent
          cross join lateral pg_partition_tree(parent::regclass)
        )::bigint as facts,
        (
          select sum(pg_total_relation_size(relid))
          from unnest(array['request_body', 'response_body', 'message_blob']) as parent
          cross join lateral pg_partition_tree(parent::regclass)
        )::bigint as payload,
        (
          pg_total_relation_size('usage_hour')
          + pg_total_relation_size('usage_day')
          + pg_total_relation_size('usage_session_day')
          + pg_total_relation_size('usage_tool_day')
          + (select sum(pg_total_relation_size(relid)) from pg_partition_tree('usage_minute'))
        )::bigint as rollup`.execute(db),
    db.selectFrom('request').select('started_at').orderBy('started_at').limit(1).executeTakeFirst(),
    // Partitions are named by their month, and dropped with all that is in them.
    sql<{ since: string | null }>`
      select replace(min(right(c.relname, 7)), '_', '-') || '-01' as since
      from pg_inherits as i
      join pg_class as c on c.oid = i.inhrelid
      where i.inhparent = 'request_body'::regclass`.execute(db),
  ]);
  const { requests, raw } = totals.rows[0] ?? { requests: 0, raw: 0 };
  const { facts, payload, rollup } = sizes.rows[0] ?? { facts: 0, payload: 0, rollup: 0 };
  const stored = facts + payload + rollup;
  return {
    requestCount: requests,
    rawBytes: raw,
    storedBytes: stored,
    factsBytes: facts,
    payloadBytes: payload,
    rollupBytes: rollup,
    dedupRatio: requests > 0 ? raw / stored : null,
    oldestAtMs: oldest?.started_at.getTime() ?? null,
    payloadSince: months.rows[0]?.since ?? null,
  };
}
