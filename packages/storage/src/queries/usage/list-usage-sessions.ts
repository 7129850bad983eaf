import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import { type SessionFilter, toSessionPieces } from './session-pieces.ts';
import type { TimeRange } from './usage-source.ts';

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

/** Sessions with a request in the range, the latest first; each with what it used within it. */
export async function listUsageSessions(
  { db }: Pick<Storage, 'db'>,
  input: TimeRange & { readonly filter: SessionFilter; readonly limit: number },
): Promise<readonly SessionUsage[]> {
  // The page is chosen before its sums are made: most sessions of a range are not on it.
  const found = await sql<SessionUsage>`
    with pieces as materialized (${toSessionPieces(input, input.filter)}),
    page as (
      select session_id
      from pieces
      group by session_id
      order by max(last_at) desc, session_id
      limit ${input.limit}
    )
    select ${SESSION_SUMS}
    from pieces
    where session_id in (select session_id from page)
    group by session_id
    order by max(last_at) desc, session_id`.execute(db);
  return found.rows;
}

/** All of one session; null where nobody called a run so. */
export async function findUsageSession({ db }: Pick<Storage, 'db'>, sessionId: string): Promise<SessionUsage | null> {
  const found = await sql<SessionUsage>`
    select ${SESSION_SUMS}
    from usage_session_day
    where session_id = ${sessionId}
    group by session_id`.execute(db);
  return found.rows[0] ?? null;
}

const SESSION_SUMS = sql`
  session_id as "sessionId",
  min(first_at) as "firstAt",
  max(ended_at) as "lastAt",
  sum(request_count)::bigint as "requestCount",
  sum(error_count)::bigint as "errorCount",
  sum(unpriced_count)::bigint as "unpricedCount",
  sum(input_tokens)::bigint as "inputTokens",
  sum(output_tokens)::bigint as "outputTokens",
  sum(cache_read_tokens)::bigint as "cacheReadTokens",
  sum(cache_write_tokens)::bigint as "cacheWriteTokens",
  sum(cost_nano)::bigint as "costNano",
  sum(duration_ms)::bigint as "durationMs"`;
