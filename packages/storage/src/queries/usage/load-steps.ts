import { type RawBuilder, sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import { readPacked, toPacked } from './packed-rows.ts';
import type { TimeRange } from './usage-source.ts';

export type UsageStepUnit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'all';

export interface StepsAsked extends TimeRange {
  readonly step: UsageStepUnit;
  /** A name of the tz database. */
  readonly tz: string;
}

export interface UsageSteps extends TimeRange {
  /** Beginnings, epoch milliseconds, oldest first. */
  readonly steps: readonly number[];
}

/** Finer than the step by so much that each step holds an instant of it, also where clocks are moved by half an hour. */
const SERIES = {
  minute: '1 minute',
  hour: '30 minutes',
  day: '12 hours',
  week: '3 days',
  month: '14 days',
} as const;

/**
 * The steps of a calendar that a range touches, widened to whole ones; `all` is one step, the range itself to the millisecond.
 * PostgreSQL cuts the time, so that a day is 23 or 25 hours where clocks change.
 */
export async function loadSteps({ db }: Pick<Storage, 'db'>, asked: StepsAsked): Promise<UsageSteps> {
  const { step, tz } = asked;
  if (step === 'all') return { steps: [asked.fromMs], fromMs: asked.fromMs, toMs: asked.toMs };
  const last = new Date(asked.toMs - 1);
  const truncated = (instant: RawBuilder<unknown>) => sql`date_trunc(${step}, ${instant}, ${tz})`;
  const found = await sql<{ until: number; steps: string | null }>`
    select
      ${toMs(sql`(date_trunc(${step}, ${last}::timestamptz at time zone ${tz}) + ${`1 ${step}`}::interval) at time zone ${tz}`)} as until,
      (
        select ${toPacked([`(date_part('epoch', at) * 1000)::bigint`])}
        from (
          select distinct ${truncated(sql`t`)} as at
          from (
            select generate_series(
              ${truncated(sql`${new Date(asked.fromMs)}::timestamptz`)},
              ${last}::timestamptz,
              ${SERIES[step]}::interval
            ) as t
            union all
            select ${last}::timestamptz
          ) as instants
        ) as begun
      ) as steps`.execute(db);
  const [row] = found.rows;
  const steps = readPacked(row?.steps ?? null)
    .flat()
    .toSorted((left, right) => left - right);
  return { steps, fromMs: steps[0] ?? asked.fromMs, toMs: row?.until ?? asked.toMs };
}

/** Epoch milliseconds; borders of steps are whole seconds. */
function toMs(instant: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(date_part('epoch', ${instant}) * 1000)::bigint`;
}
