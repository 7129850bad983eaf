import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import { type TimeRange, toFilter, type UsageFilter } from './usage-source.ts';

export interface SessionUsage {
  readonly sessionId: string;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly requestCount: number;
  readonly errorCount: number;
  readonly unpricedCount: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly costNano: number;
  readonly durationMs: number;
}

/**
 * Sessions with a request in the range, the latest first; each with what it used within it. The latest are found by walking
 * back from one to the next, so that a page costs its own sessions and not all of the range.
 */
export async function listUsageSessions(
  { db }: Pick<Storage, 'db'>,
  input: TimeRange & { readonly filter: UsageFilter; readonly limit: number },
): Promise<readonly SessionUsage[]> {
  const from = new Date(input.fromMs);
  const to = new Date(input.toMs);
  const filter = toFilter(input.filter);
  const found = await sql<SessionUsage>`
    with recursive latest as (
      (
        select session_id, started_at, array[session_id] as seen
        from usage
        where started_at >= ${from} and started_at < ${to} and session_id is not null ${filter}
        order by started_at desc
        limit 1
      )
      union all
      select next.session_id, next.started_at, latest.seen || next.session_id
      from latest
      cross join lateral (
        select session_id, started_at
        from usage
        where started_at >= ${from} and started_at <= latest.started_at
          and session_id is not null and session_id <> all(latest.seen) ${filter}
        order by started_at desc
        limit 1
      ) as next
      where cardinality(latest.seen) < ${input.limit}
    )
    select ${SESSION_SUMS}
    from usage
    where session_id = any(array(select session_id from latest))
      and started_at >= ${from}
      and started_at < ${to}
      ${filter}
    group by session_id
    order by max(started_at) desc, session_id`.execute(db);
  return found.rows;
}

/** All of one session; null where nobody called a run so. */
export async function findUsageSession({ db }: Pick<Storage, 'db'>, sessionId: string): Promise<SessionUsage | null> {
  const found = await sql<SessionUsage>`
    select ${SESSION_SUMS}
    from usage
    where session_id = ${sessionId}
    group by session_id`.execute(db);
  return found.rows[0] ?? null;
}

export interface SessionCount {
  readonly sessionCount: number;
  /** With a request in the last hour of the range. */
  readonly activeCount: number;
  readonly averageMs: number;
}

/** How many sessions there were, and how long they took on average. */
export async function countUsageSessions(
  { db }: Pick<Storage, 'db'>,
  { fromMs, toMs, filter }: TimeRange & { readonly filter: UsageFilter },
): Promise<SessionCount> {
  const found = await sql<SessionCount>`
    select
      count(*) as "sessionCount",
      count(*) filter (where last_at >= ${new Date(toMs - HOUR_MS)}) as "activeCount",
      coalesce(avg(extract(epoch from last_at - first_at)) * 1000, 0)::float8 as "averageMs"
    from (
      select session_id, min(started_at) as first_at, max(started_at) as last_at
      from usage
      where started_at >= ${new Date(fromMs)} and started_at < ${new Date(toMs)} and session_id is not null
        ${toFilter(filter)}
      group by session_id
    ) as sessions`.execute(db);
  return found.rows[0] ?? { sessionCount: 0, activeCount: 0, averageMs: 0 };
}

const HOUR_MS = 3_600_000;

const SESSION_SUMS = sql`
  session_id as "sessionId",
  min(started_at) as "firstAt",
  max(started_at + duration_ms * interval '1 millisecond') as "lastAt",
  count(*) as "requestCount",
  count(*) filter (where outcome not in ('completed', 'aborted')) as "errorCount",
  count(*) filter (where pricing = 'unpriced') as "unpricedCount",
  sum(input_tokens)::bigint as "inputTokens",
  sum(output_tokens)::bigint as "outputTokens",
  sum(cache_read_tokens)::bigint as "cacheReadTokens",
  sum(cache_write_5m_tokens + cache_write_1h_tokens)::bigint as "cacheWriteTokens",
  coalesce(sum(cost_nano), 0)::bigint as "costNano",
  sum(duration_ms)::bigint as "durationMs"`;
