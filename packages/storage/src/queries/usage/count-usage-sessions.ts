import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import { IS_OF_PIECE, type SessionFilter, toSessionPieces } from './session-pieces.ts';
import { readPacked, toPacked } from './packed-rows.ts';
import { toInstants } from './to-instants.ts';
import { type TimeRange, toFilter } from './usage-source.ts';

export interface SessionCount {
  readonly sessionCount: number;
  /** With a request in the last hour of the range, or, where that runs on, in the last hour. */
  readonly activeCount: number;
  readonly averageMs: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How many sessions had a request in the range, and how long they took within it on average. */
export async function countUsageSessions(
  { db }: Pick<Storage, 'db'>,
  { filter, nowMs, ...range }: TimeRange & { readonly filter: SessionFilter; readonly nowMs: number },
): Promise<SessionCount> {
  const activeFromMs = Math.min(range.toMs, nowMs) - HOUR_MS;
  const found = await sql<SessionCount>`
    select
      count(*) as "sessionCount",
      count(*) filter (where last_at >= ${new Date(activeFromMs)}) as "activeCount",
      coalesce(sum(round(date_part('epoch', last_at - first_at) * 1000)) / count(*), 0) as "averageMs"
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
 * of a day tell it; only where a step lies between them is the request itself looked for. All days are read once, whatever the number
 * of steps: a year by month takes two thirds of what twelve questions took.
 */
export async function listSessionCounts(
  { db }: Pick<Storage, 'db'>,
  { steps, toMs, filter }: SessionSteps,
): Promise<readonly number[]> {
  const borders = [...steps, toMs];
  const texts = toInstants(borders);
  const cutDays = new Set(borders.filter((atMs) => atMs % DAY_MS !== 0).map(toDayMs));
  const found = await sql<{ counts: string | null }>`
    with cut as materialized (
      select *
      from (
        select s.*, width_bucket(first_at, ${texts}) as first_step, width_bucket(last_at, ${texts}) as last_step
        from usage_session_day as s
        where at = any(${toInstants([...cutDays])}) ${toFilter(filter)}
      ) as s
      where first_step < last_step
    ),
    seen as (
      select width_bucket(first_at, ${texts}) as step, session_id
      from usage_session_day
      where at >= ${new Date(toDayMs(borders[0] ?? toMs))} and at < ${new Date(toMs)} ${toFilter(filter)}
      union all
      select last_step, session_id
      from cut
      union all
      select between_step, session_id
      from cut as s
      cross join lateral generate_series(first_step + 1, last_step - 1) as b (between_step)
      -- A limit keeps the planner from reading all requests once instead of the index for each.
      cross join lateral (
        select
        from usage as u
        where ${IS_OF_PIECE}
          and u.started_at >= (${texts})[between_step]
          and u.started_at < (${texts})[between_step + 1]
        limit 1
      ) as request
    )
    select ${toPacked(['step', 'sessions'])} as counts
    from (
      select step, count(*) as sessions
      from (select distinct step, session_id from seen) as once
      group by step
    ) as counted`.execute(db);
  // What is cut off before the first and behind the last has places of its own, that nobody asks for.
  const counts = new Map(readPacked(found.rows[0]?.counts ?? null).map(([step = 0, sessions = 0]) => [step, sessions]));
  return steps.map((_, at) => counts.get(at + 1) ?? 0);
}

function toDayMs(atMs: number): number {
  return Math.floor(atMs / DAY_MS) * DAY_MS;
}
