import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import { IS_OF_PIECE, type SessionFilter, toSessionPieces } from './session-pieces.ts';
import { type TimeRange, toFilter } from './usage-source.ts';

export interface SessionCount {
  readonly sessionCount: number;
  /** With a request in the last hour of the range. */
  readonly activeCount: number;
  readonly averageMs: number;
}

const HOUR_MS = 3_600_000;

/** How many sessions had a request in the range, and how long they took within it on average. */
export async function countUsageSessions(
  { db }: Pick<Storage, 'db'>,
  { filter, ...range }: TimeRange & { readonly filter: SessionFilter },
): Promise<SessionCount> {
  const found = await sql<SessionCount>`
    select
      count(*) as "sessionCount",
      count(*) filter (where last_at >= ${new Date(range.toMs - HOUR_MS)}) as "activeCount",
      coalesce(avg(extract(epoch from last_at - first_at)) * 1000, 0)::float8 as "averageMs"
    from (
      select session_id, min(first_at) as first_at, max(last_at) as last_at
      from (${toSessionPieces(range, filter)}) as pieces
      group by session_id
    ) as sessions`.execute(db);
  return found.rows[0] ?? { sessionCount: 0, activeCount: 0, averageMs: 0 };
}

export interface SessionSteps {
  /** Beginnings, epoch milliseconds, oldest first. */
  readonly steps: readonly number[];
  /** End of the last step. */
  readonly toMs: number;
  readonly filter: SessionFilter;
}

/**
 * How many sessions had a request in each step, in the order of the steps. The beginnings of the first and the last request
 * of a day tell it; only where a step lies between them is the request itself looked for.
 */
export async function listSessionCounts(
  { db }: Pick<Storage, 'db'>,
  { steps, toMs, filter }: SessionSteps,
): Promise<readonly number[]> {
  const begins = steps.map((atMs) => new Date(atMs));
  const ends = [...steps.slice(1), toMs].map((atMs) => new Date(atMs));
  const found = await sql<{ count: number }>`
    select counted.count
    from unnest(${begins}::timestamptz[], ${ends}::timestamptz[]) with ordinality as step (begins, ends, place)
    cross join lateral (
      select count(*) as count
      from (
        select
        from usage_session_day as s
        where at >= date_trunc('day', step.begins, 'UTC')
          and at < step.ends
          and first_at < step.ends
          and last_at >= step.begins
          ${toFilter(filter)}
          and (
            first_at >= step.begins
            or last_at < step.ends
            or exists (
              select
              from usage as u
              where ${IS_OF_PIECE} and u.started_at >= step.begins and u.started_at < step.ends
            )
          )
        group by session_id
      ) as sessions
    ) as counted
    order by step.place`.execute(db);
  return found.rows.map(({ count }) => count);
}
