import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import type { TimeRange } from './usage-source.ts';

/** Tokens of all kinds that one call used. */
export interface SessionPoint {
  readonly at: Date;
  /** 0 for a call that broke off before another one answered its request. */
  readonly requestCount: number;
  readonly tokens: number;
}

export interface SessionTokens {
  /** The latest calls, oldest first. */
  readonly points: readonly SessionPoint[];
  /** Requests of which there still are rows, and what those of them thought. */
  readonly rowCount: number;
  readonly thinkingTokens: number;
}

/** What the requests of a session used, one by one; `range` is that of the session, and `limit` the most points. */
export async function loadSessionTokens(
  { db }: Pick<Storage, 'db'>,
  { sessionId, fromMs, toMs, limit }: TimeRange & { readonly sessionId: string; readonly limit: number },
): Promise<SessionTokens> {
  const rows = sql`
    from usage
    where session_id = ${sessionId} and started_at >= ${new Date(fromMs)} and started_at < ${new Date(toMs)}`;
  const [points, sums] = await Promise.all([
    sql<SessionPoint>`
      select
        started_at as at,
        request_count as "requestCount",
        input_tokens::bigint + output_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens as tokens
      ${rows}
      order by started_at desc, request_id desc
      limit ${limit}`.execute(db),
    sql<Omit<SessionTokens, 'points'>>`
      select coalesce(sum(request_count), 0)::bigint as "rowCount", coalesce(sum(thinking_tokens), 0)::bigint as "thinkingTokens"
      ${rows}`.execute(db),
  ]);
  return { points: points.rows.toReversed(), rowCount: 0, thinkingTokens: 0, ...sums.rows[0] };
}
