import { type RawBuilder, sql } from 'kysely';
import { USAGE_MINUTE_DAYS } from '../../retention/retention-rules.ts';
import type { Storage } from '../../storage.ts';
import { loadClosedDays, type MarginReading, splitByDays } from '../usage/margin-readings.ts';
import type { TimeRange } from '../usage/usage-source.ts';

/** A window of one account. It begins at any instant; `toMs` is the beginning of an hour. */
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

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MINUTES_KEPT_MS = USAGE_MINUTE_DAYS * 24 * HOUR_MS;

/**
 * What passed here within each span, in their order: one question for all windows. Days that are over are read from their margins,
 * the hour in which a window began from its minutes, and the minute from its requests.
 */
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
  const hours: Placed<TimeRange>[] = [];
  const minutes: Placed<TimeRange>[] = [];
  const requests: Placed<TimeRange>[] = [];
  for (const [place, { accountId, ...span }] of spans.entries()) {
    const put = <Of>(of: Of): Placed<Of> => ({ place, accountId, of });
    const cut = cutBeginning(span);
    requests.push(...cut.requests.map(put));
    minutes.push(...cut.minutes.map(put));
    const split = splitByDays({ steps: [cut.hoursFromMs], toMs: span.toMs }, closed);
    readings.push(...split.readings.map(put));
    hours.push(...split.open.map(put));
  }
  const parts = [
    toSums('usage_hour', hours),
    toSums('usage_minute', minutes),
    toRequests(requests),
    toMargins(readings),
  ];
  const found = await sql<WindowUse>`
    select
      coalesce(sum(sign * request_count), 0)::bigint as "requestCount",
      coalesce(sum(sign * (${TOKENS})), 0)::bigint as "totalTokens",
      coalesce(sum(sign * cost_nano), 0)::bigint as "costNano"
    from generate_series(0, ${spans.length - 1}::integer) as s (place)
    left join (${sql.join(parts, sql` union all `)}) as used using (place)
    group by place
    order by place`.execute(db);
  return found.rows;
}

/** What of a span lies before its first whole hour; nothing of that is empty. */
function cutBeginning({ fromMs, toMs }: TimeRange) {
  const hoursFromMs = Math.min(Math.ceil(fromMs / HOUR_MS) * HOUR_MS, toMs);
  const areMinutesKept = fromMs >= toMs - MINUTES_KEPT_MS;
  const minutesFromMs = areMinutesKept ? Math.ceil(fromMs / MINUTE_MS) * MINUTE_MS : hoursFromMs;
  return {
    hoursFromMs,
    minutes: listWhole({ fromMs: minutesFromMs, toMs: hoursFromMs }),
    requests: listWhole({ fromMs, toMs: minutesFromMs }),
  };
}

function listWhole(range: TimeRange): TimeRange[] {
  return range.fromMs < range.toMs ? [range] : [];
}

function toSums(table: 'usage_hour' | 'usage_minute', pieces: readonly Placed<TimeRange>[]): RawBuilder<unknown> {
  return sql`
    select w.place, 1 as sign, ${COLUMNS}
    from ${toSpans(pieces)}
    cross join lateral (
      select *
      from ${sql.table(table)} as u
      where u.account_id = w.account_id and u.at >= w.begins and u.at < w.ends
      -- Keeps the planner from reading all of the table once instead of the index for each.
      offset 0
    ) as u`;
}

function toRequests(pieces: readonly Placed<TimeRange>[]): RawBuilder<unknown> {
  return sql`
    select w.place, 1 as sign, ${COLUMNS}
    from ${toSpans(pieces)}
    cross join lateral (
      select *
      from usage as u
      where u.account_id = w.account_id and u.started_at >= w.begins and u.started_at < w.ends
      offset 0
    ) as u`;
}

function toSpans(pieces: readonly Placed<TimeRange>[]): RawBuilder<unknown> {
  return sql`
    unnest(
      ${pieces.map(({ place }) => place)}::integer[],
      ${pieces.map(({ accountId }) => accountId)}::text[],
      ${pieces.map(({ of }) => new Date(of.fromMs))}::timestamptz[],
      ${pieces.map(({ of }) => new Date(of.toMs))}::timestamptz[]
    ) as w (place, account_id, begins, ends)`;
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
