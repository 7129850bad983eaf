import { type RawBuilder, sql } from 'kysely';
import { type TimeRange, toFilter, type UsageFilter } from './usage-source.ts';

/** What sessions can be narrowed to. */
export type SessionFilter = Omit<UsageFilter, 'keyId' | 'kind'>;

const DAY_MS = 86_400_000;

/**
 * What sessions used within the range, in pieces of a day: sums where all of a piece lies in it. A piece that a border cuts
 * is added up from its requests: those are few, since sessions are short, and an index finds them.
 */
export function toSessionPieces({ fromMs, toMs }: TimeRange, filter: SessionFilter): RawBuilder<unknown> {
  const from = sql`${new Date(fromMs)}::timestamptz`;
  const to = sql`${new Date(toMs)}::timestamptz`;
  const [dayOfFrom, dayOfTo] = [fromMs, toMs].map((atMs) => new Date(Math.floor(atMs / DAY_MS) * DAY_MS));
  const days = sql`
    at >= ${dayOfFrom} and at < ${to} and first_at < ${to} and last_at >= ${from}
    ${toFilter(filter)}`;
  return sql`
    select session_id, model, first_at, last_at, ended_at, ${SUMS}
    from usage_session_day
    where ${days} and first_at >= ${from} and last_at < ${to}
    union all
    select s.session_id, s.model, cut.*
    from (select * from usage_session_day where at in (${dayOfFrom}, ${dayOfTo}) and ${days} and (first_at < ${from} or last_at >= ${to})) as s
    cross join lateral (
      select
        min(started_at) as first_at,
        max(started_at) as last_at,
        max(started_at + duration_ms * interval '1 millisecond') as ended_at,
        ${SUMS_OF_REQUESTS}
      from usage as u
      where ${IS_OF_PIECE}
        and u.started_at >= greatest(s.first_at, ${from})
        and u.started_at <= s.last_at
        and u.started_at < ${to}
      having count(*) > 0
    ) as cut`;
}

/** Whether a row `u` of usage is counted in the row `s` of sums. */
export const IS_OF_PIECE = sql`
  u.session_id = s.session_id
    and u.account_id = s.account_id
    and u.domain = s.domain
    and coalesce(u.user_id, '') = s.user_id
    and coalesce(u.project_id, '') = s.project_id
    and coalesce(u.model, '') = s.model`;

const SUMS = sql`
  request_count, error_count, unpriced_count, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_nano,
  duration_ms`;

const SUMS_OF_REQUESTS = sql`
  sum(request_count)::bigint as request_count,
  coalesce(sum(request_count) filter (where outcome not in ('completed', 'aborted')), 0)::bigint as error_count,
  count(*) filter (where pricing = 'unpriced') as unpriced_count,
  sum(input_tokens)::bigint as input_tokens,
  sum(output_tokens)::bigint as output_tokens,
  sum(cache_read_tokens)::bigint as cache_read_tokens,
  sum(cache_write_5m_tokens::bigint + cache_write_1h_tokens)::bigint as cache_write_tokens,
  coalesce(sum(cost_nano), 0)::bigint as cost_nano,
  sum(duration_ms)::bigint as duration_ms`;
