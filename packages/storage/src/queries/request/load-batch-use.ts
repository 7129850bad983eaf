import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';

/** What was counted of a batch whose results a request fetched. */
export interface BatchUse {
  /** Messages that nobody had counted before. */
  readonly countedMessages: number;
  readonly totalTokens: number;
  readonly costNano: number;
  /** Messages that `costNano` leaves out, because nobody knows their price. */
  readonly unpricedCount: number;
}

/** By the index on the request, then each message by the whole key of its usage. */
export async function loadBatchUse({ db }: Pick<Storage, 'db'>, requestId: string): Promise<BatchUse> {
  const found = await sql<BatchUse>`
    select
      count(*) as "countedMessages",
      coalesce(sum(
        u.input_tokens::bigint + u.output_tokens + u.cache_read_tokens + u.cache_write_5m_tokens + u.cache_write_1h_tokens
      ), 0)::bigint as "totalTokens",
      coalesce(sum(u.cost_nano), 0)::bigint as "costNano",
      count(*) filter (where u.pricing = 'unpriced') as "unpricedCount"
    from batch_message as m
    join usage as u on u.account_id = m.account_id and u.started_at = m.started_at and u.request_id = m.message_id
    where m.request_id = ${requestId}`.execute(db);
  return found.rows[0] ?? { countedMessages: 0, totalTokens: 0, costNano: 0, unpricedCount: 0 };
}
