import { type RawBuilder, sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import { loadClosedDays, type MarginReading, splitByDays } from '../usage/margin-readings.ts';
import type { TimeRange } from '../usage/usage-source.ts';

/** A window of one account; `fromMs` and `toMs` are beginnings of hours. */
export interface WindowSpan extends TimeRange {
  readonly accountId: string;
}

export interface WindowUse {
  readonly requestCount: number;
  readonly totalTokens: number;
  readonly costNano: number;
}

interface Placed<Of> {
  readonly place: number;
  readonly accountId: string;
  readonly of: Of;
}

/** What passed here within each span, in their order: one question for all windows, days that are over from their margins. */
export async function loadWindowUse(
  { db }: Pick<Storage, 'db'>,
  spans: readonly WindowSpan[],
): Promise<readonly WindowUse[]> {
  if (spans.length === 0) return [];
  const closed = await loadClosedDays(db, {
    fromMs: Math.min(...spans.map(({ fromMs }) => fromMs)),
    toMs: Math.max(...spans.map(({ toMs }) => toMs)),
  });
  const readings: Placed<MarginReading>[] = [];
  const pieces: Placed<TimeRange>[] = [];
  for (const [place, { accountId, fromMs, toMs }] of spans.entries()) {
    const split = splitByDays({ steps: [fromMs], toMs }, closed);
    readings.push(...split.readings.map((of) => ({ place, accountId, of })));
    pieces.push(...split.open.map((of) => ({ place, accountId, of })));
  }
  const found = await sql<WindowUse>`
    select
      coalesce(sum(sign * request_count), 0)::bigint as "requestCount",
      coalesce(sum(sign * (${TOKENS})), 0)::bigint as "totalTokens",
      coalesce(sum(sign * cost_nano), 0)::bigint as "costNano"
    from generate_series(0, ${spans.length - 1}::integer) as s (place)
    left join (${toHours(pieces)} union all ${toMargins(readings)}) as used using (place)
    group by place
    order by place`.execute(db);
  return found.rows;
}

function toHours(pieces: readonly Placed<TimeRange>[]): RawBuilder<unknown> {
  return sql`
    select w.place, 1 as sign, ${COLUMNS}
    from unnest(
      ${pieces.map(({ place }) => place)}::integer[],
      ${pieces.map(({ accountId }) => accountId)}::text[],
      ${pieces.map(({ of }) => new Date(of.fromMs))}::timestamptz[],
      ${pieces.map(({ of }) => new Date(of.toMs))}::timestamptz[]
    ) as w (place, account_id, begins, ends)
    cross join lateral (
      select *
      from usage_hour as u
      where u.account_id = w.account_id and u.at >= w.begins and u.at < w.ends
      -- Keeps the planner from reading all of the table once instead of the index for each.
      offset 0
    ) as u`;
}

function toMargins(readings: readonly Placed<MarginReading>[]): RawBuilder<unknown> {
  return sql`
    select r.place, r.sign, ${COLUMNS}
    from unnest(
      ${readings.map(({ place }) => place)}::integer[],
      ${readings.map(({ accountId }) => accountId)}::text[],
      ${readings.map(({ of }) => new Date(of.atMs))}::timestamptz[],
      ${readings.map(({ of }) => of.sign)}::integer[]
    ) as r (place, account_id, reads, sign)
    join usage_margin as m
      on m.dimension = 'account_id' and m.at = r.reads and m.value = r.account_id and m.other = ''`;
}

const COLUMNS = sql`
  request_count, input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, cost_nano`;

const TOKENS = sql`
  input_tokens + output_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens`;
