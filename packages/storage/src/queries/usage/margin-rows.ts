import { type RawBuilder, sql } from 'kysely';
import type { MarginReading } from './margin-readings.ts';
import { toInstants } from './to-instants.ts';

const HOUR_MS = 3_600_000;

/** A dimension, and what its rows are narrowed to: a text, or something that gives one. */
export interface MarginKey {
  readonly dimension: string;
  readonly value: string | RawBuilder<unknown> | undefined;
  readonly other: string | RawBuilder<unknown> | undefined;
}

/**
 * The rows that are read, each with the `step` it is for and its `sign`; twice where the end of one step is the beginning of the next. All
 * hours are looked for at once, and the step is found by place: nobody knows beforehand how many rows an hour has, and a join that
 * is planned for one compares each with every reading.
 */
export function toMarginRows(key: MarginKey, readings: readonly MarginReading[]): RawBuilder<unknown> {
  const hours = [...new Set(readings.map(({ atMs }) => atMs))].toSorted((left, right) => left - right);
  return sql`
    select m.*, r.step, r.sign
    from usage_margin as m
    cross join lateral (select width_bucket((date_part('epoch', at) / 3600)::integer, ${hours.map(toHour)}::integer[])) as found (place)
    cross join lateral (
      values
        ((${toStepsOf(hours, readings, 1)}::integer[])[place], 1),
        ((${toStepsOf(hours, readings, -1)}::integer[])[place], -1)
    ) as r (step, sign)
    where dimension = ${key.dimension}
      and at = any(${toInstants(hours)})
      ${toCondition('value', key.value)}
      ${toCondition('other', key.other)}
      and r.step <> ${NO_STEP}`;
}

const NO_STEP = -1;

/** The step that each hour is read for, with one sign. */
function toStepsOf(hours: readonly number[], readings: readonly MarginReading[], sign: 1 | -1): readonly number[] {
  const steps = new Map(readings.filter((one) => one.sign === sign).map(({ atMs, step }) => [atMs, step]));
  return hours.map((atMs) => steps.get(atMs) ?? NO_STEP);
}

function toHour(atMs: number): number {
  return atMs / HOUR_MS;
}

function toCondition(column: 'value' | 'other', wanted: MarginKey['value']): RawBuilder<unknown> {
  if (wanted === undefined) return sql``;
  return typeof wanted === 'string'
    ? sql`and ${sql.ref(column)} = ${wanted}`
    : sql`and ${sql.ref(column)} = any(${wanted})`;
}
