import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import type { TimeRange } from '../usage/usage-source.ts';

const SHARER_COLUMNS = {
  conversation: 'conversation_id',
  key: 'key_id',
  user: 'user_id',
  session: 'session_id',
  agent: 'agent_id',
} as const;
export type WindowSharer = keyof typeof SHARER_COLUMNS;

export interface WindowShare {
  /** Empty where it is not known. */
  readonly id: string;
  readonly weight: number;
  /** Of everybody, those who are not listed too. */
  readonly totalWeight: number;
  readonly requestCount: number;
  readonly totalTokens: number;
  readonly costNano: number;
  /** Requests that `costNano` leaves out, because nobody knows their price. */
  readonly unpricedCount: number;
  readonly lastAt: Date;
}

/**
 * Who used an account in a span, by the weight of what was used. Claude does not tell how it weighs tokens, so they weigh
 * what they cost against input: writes 1.25 and 2, reads 0.1, output 5. Counted in twentieths, since PostgreSQL adds up whole numbers
 * three times as fast as fractions.
 */
export async function listWindowShares(
  { db }: Pick<Storage, 'db'>,
  input: TimeRange & { readonly accountId: string; readonly by: WindowSharer; readonly limit: number },
): Promise<readonly WindowShare[]> {
  const found = await sql<WindowShare>`
    select
      coalesce(${sql.ref(SHARER_COLUMNS[input.by])}::text, '') as id,
      sum(twentieths)::float8 / 20 as weight,
      (sum(sum(twentieths)) over ())::float8 / 20 as "totalWeight",
      sum(request_count)::bigint as "requestCount",
      sum(tokens)::bigint as "totalTokens",
      coalesce(sum(cost_nano), 0)::bigint as "costNano",
      count(*) filter (where pricing = 'unpriced') as "unpricedCount",
      max(started_at) as "lastAt"
    from (
      select
        *,
        input_tokens::bigint + output_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens as tokens,
        20 * input_tokens::bigint
          + 25 * cache_write_5m_tokens::bigint
          + 40 * cache_write_1h_tokens::bigint
          + 2 * cache_read_tokens::bigint
          + 100 * output_tokens::bigint as twentieths
      from usage
      where account_id = ${input.accountId}
        and started_at >= ${new Date(input.fromMs)}
        and started_at < ${new Date(input.toMs)}
    ) as weighed
    group by 1
    order by weight desc, id
    limit ${input.limit}`.execute(db);
  return found.rows;
}
