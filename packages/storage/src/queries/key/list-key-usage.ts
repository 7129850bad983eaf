import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';

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

/** As many keys as there can be in a list. */
const KEYS_MAX = 10_000;

/** What every key used since an instant, and day by day: one pass over the sums of days, whatever the number of keys. */
export async function listKeyUsage({ db }: Pick<Storage, 'db'>, input: KeyUsageInput): Promise<KeyUsage[]> {
  const since = new Date(input.sinceMs);
  const first = new Date(Math.min(input.sinceMs, ...input.days));
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
    from usage_day
    where at >= ${first} and key_id <> ''
    group by key_id
    order by 4 desc, 2 desc, 1
    limit ${KEYS_MAX}`.execute(db);
  return found.rows;
}
