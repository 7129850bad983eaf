import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import { loadClosedDays } from '../usage/margin-readings.ts';
import { toInstants } from '../usage/to-instants.ts';

/** What one key used. Money in nano-dollars. */
export interface KeyUsage {
  readonly keyId: string;
  readonly requestCount: number;
  readonly totalTokens: number;
  readonly costNano: number;
  readonly unpricedCount: number;
  /** One figure for each of the days that were asked for. */
  readonly costNanoByDay: number[];
  readonly requestsByDay: number[];
}

export interface KeyUsageInput {
  /** Beginning of the span of the sums; epoch milliseconds, the beginning of a day of UTC. */
  readonly sinceMs: number;
  /** Beginnings of days of UTC, epoch milliseconds, oldest first. */
  readonly days: readonly number[];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** As many keys as there can be in a list. */
const KEYS_MAX = 10_000;

/**
 * What every key used since an instant, and day by day. Days that are over are read from their margins, a row a key; the others from
 * their sums by everything, fifty times as many.
 */
export async function listKeyUsage({ db }: Pick<Storage, 'db'>, input: KeyUsageInput): Promise<KeyUsage[]> {
  const since = new Date(input.sinceMs);
  const firstMs = Math.min(input.sinceMs, ...input.days);
  const lastMs = Math.max(input.sinceMs, ...input.days);
  const closed = await loadClosedDays(db, { fromMs: firstMs, toMs: lastMs + DAY_MS });
  const days = Array.from({ length: (lastMs - firstMs) / DAY_MS + 1 }, (_, day) => firstMs + day * DAY_MS);
  const openMs = days.find((atMs) => !closed.has(atMs)) ?? lastMs + DAY_MS;
  const byDay = (column: string) =>
    sql.join(
      input.days.map((atMs) => sql`coalesce(sum(${sql.ref(column)}) filter (where at = ${new Date(atMs)}), 0)::float8`),
    );
  const found = await sql<KeyUsage>`
    select
      key_id as "keyId",
      coalesce(sum(request_count) filter (where at >= ${since}), 0)::bigint as "requestCount",
      coalesce(sum(input_tokens + output_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens)
        filter (where at >= ${since}), 0)::bigint as "totalTokens",
      coalesce(sum(cost_nano) filter (where at >= ${since}), 0)::bigint as "costNano",
      coalesce(sum(unpriced_count) filter (where at >= ${since}), 0)::bigint as "unpricedCount",
      array[${byDay('cost_nano')}] as "costNanoByDay",
      array[${byDay('request_count')}] as "requestsByDay"
    from (
      select key_id, at, ${SUMS}
      from usage_day
      where at >= ${new Date(openMs)} and at <> all(${toInstants([...closed])})
      union all
      select value, date_trunc('day', at, 'UTC'), ${SUMS}
      from usage_margin
      where dimension = 'key_id' and at = any(${toInstants([...closed].map((atMs) => atMs + DAY_MS - HOUR_MS))})
    ) as used
    where key_id <> ''
    group by key_id
    order by 4 desc, 2 desc, 1
    limit ${KEYS_MAX}`.execute(db);
  return found.rows;
}

const SUMS = sql`
  request_count, input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, cost_nano,
  unpriced_count`;
