import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import { cutRange, type TimeRange } from '../usage/usage-source.ts';

/** A window of one account; `fromMs` and `toMs` are beginnings of hours. */
export interface WindowSpan extends TimeRange {
  readonly accountId: string;
}

export interface WindowUse {
  readonly requestCount: number;
  readonly totalTokens: number;
  readonly costNano: number;
}

/** What passed here within each span, in their order: one question for all windows, whole days from their sums. */
export async function loadWindowUse(
  { db }: Pick<Storage, 'db'>,
  spans: readonly WindowSpan[],
): Promise<readonly WindowUse[]> {
  const pieces = spans.flatMap(({ accountId, ...range }, place) =>
    cutRange(range).map((piece) => ({ piece, accountId, place })),
  );
  const toUses = (source: 'usage_day' | 'usage_hour') => {
    const of = pieces.filter(({ piece }) => piece.source === source);
    return sql`
      select w.place, request_count, ${TOKENS} as tokens, cost_nano
      from unnest(
        ${of.map(({ place }) => place)}::integer[],
        ${of.map(({ accountId }) => accountId)}::text[],
        ${of.map(({ piece }) => new Date(piece.fromMs))}::timestamptz[],
        ${of.map(({ piece }) => new Date(piece.toMs))}::timestamptz[]
      ) as w (place, account_id, begins, ends)
      join ${sql.table(source)} as u on u.account_id = w.account_id and u.at >= w.begins and u.at < w.ends`;
  };
  const found = await sql<WindowUse>`
    select
      coalesce(sum(request_count), 0)::bigint as "requestCount",
      coalesce(sum(tokens), 0)::bigint as "totalTokens",
      coalesce(sum(cost_nano), 0)::bigint as "costNano"
    from generate_series(0, ${spans.length - 1}::integer) as s (place)
    left join (${toUses('usage_day')} union all ${toUses('usage_hour')}) as used using (place)
    group by place
    order by place`.execute(db);
  return found.rows;
}

const TOKENS = sql`
  input_tokens + output_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens`;
