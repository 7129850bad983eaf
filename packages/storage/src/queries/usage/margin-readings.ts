import { type RawBuilder, sql } from 'kysely';
import { invariant } from '../../invariant.ts';
import type { Storage } from '../../storage.ts';
import { MARGIN_NAMES, type MarginPlace } from '../../usage/margin-dimensions.ts';
import type { TimeRange } from './usage-source.ts';
import { SUM_NAMES } from './usage-sums.ts';

/** A row of the margins that is added to a step, or taken from it. */
export interface MarginReading {
  /** Place of the step among all. */
  readonly step: number;
  /** The hour (epoch milliseconds) to whose end the row holds everything of its day. */
  readonly atMs: number;
  readonly sign: 1 | -1;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** First instants of days, epoch milliseconds. */
export type ClosedDays = ReadonlySet<number>;
export const NO_DAYS: ClosedDays = new Set();

/** Days that have margins, among those that the range touches. */
export async function loadClosedDays(db: Storage['db'], { fromMs, toMs }: TimeRange): Promise<ClosedDays> {
  const found = await db
    .selectFrom('usage_margin_day')
    .select('at')
    .where('at', '>=', new Date(Math.floor(fromMs / DAY_MS) * DAY_MS))
    .where('at', '<', new Date(toMs))
    .execute();
  return new Set(found.map(({ at }) => at.getTime()));
}

export interface Steps {
  /** Beginnings, epoch milliseconds, oldest first. */
  readonly steps: readonly number[];
  /** End of the last. */
  readonly toMs: number;
}

/**
 * What is read from margins, and the ranges that are left. A day serves where it is closed and every border in it is that of
 * an hour: what a step has of it is what was used up to the step's end without what was used up to its beginning.
 */
export function splitByDays(
  { steps, toMs }: Steps,
  closed: ClosedDays,
): { readings: MarginReading[]; open: TimeRange[] } {
  const readings: MarginReading[] = [];
  const open: TimeRange[] = [];
  const fromMs = steps[0] ?? toMs;
  let first = 0;
  for (let dayMs = Math.floor(fromMs / DAY_MS) * DAY_MS; dayMs < toMs; dayMs += DAY_MS) {
    const parts: { step: number; range: TimeRange }[] = [];
    while ((steps[first + 1] ?? toMs) <= dayMs && first + 1 < steps.length) first += 1;
    for (let step = first; step < steps.length && (steps[step] ?? toMs) < dayMs + DAY_MS; step += 1) {
      const range = cut({ fromMs: steps[step] ?? toMs, toMs: steps[step + 1] ?? toMs }, dayMs);
      if (range.fromMs < range.toMs) parts.push({ step, range });
    }
    const serves =
      closed.has(dayMs) && parts.every(({ range }) => range.fromMs % HOUR_MS === 0 && range.toMs % HOUR_MS === 0);
    if (serves) readings.push(...parts.flatMap(({ step, range }) => toReadings(step, range, dayMs)));
    else addOpen(open, cut({ fromMs, toMs }, dayMs));
  }
  return { readings, open };
}

function cut({ fromMs, toMs }: TimeRange, dayMs: number): TimeRange {
  return { fromMs: Math.max(fromMs, dayMs), toMs: Math.min(toMs, dayMs + DAY_MS) };
}

function toReadings(step: number, { fromMs, toMs }: TimeRange, dayMs: number): MarginReading[] {
  const end: MarginReading = { step, atMs: toMs - HOUR_MS, sign: 1 };
  return fromMs === dayMs ? [end] : [end, { step, atMs: fromMs - HOUR_MS, sign: -1 }];
}

/** Days that follow one another are read as one. */
function addOpen(open: TimeRange[], range: TimeRange): void {
  const last = open.at(-1);
  if (last?.toMs === range.fromMs) open[open.length - 1] = { fromMs: last.fromMs, toMs: range.toMs };
  else open.push(range);
}

export interface MarginSums {
  readonly margin: MarginPlace;
  readonly steps: readonly number[];
  readonly readings: readonly MarginReading[];
}

/** Sums by step and group with the columns of `SUMS`; what a group did not use is no row. */
export function toMarginSums({ margin, steps, readings }: MarginSums): RawBuilder<unknown> {
  // In the order of `SUM_NAMES`, since a union goes by place.
  const columns = new Map<string, string>(Object.entries(MARGIN_NAMES).map(([column, name]) => [name, column]));
  const sums = SUM_NAMES.map((name) => {
    const column = columns.get(name);
    invariant(column !== undefined, 'every sum that is given out is kept by the margins');
    return sql`sum(r.sign * ${sql.ref(`m.${column}`)})::bigint as ${sql.ref(name)}`;
  });
  return sql`
    select r.at, ${margin.group === null ? sql`null::text` : sql.ref(`m.${margin.group}`)} as "group", ${sql.join(sums)}
    from ${toReadingRows(readings, (step) => new Date(steps[step] ?? 0))}
    cross join lateral (${toMarginRows(margin)}) as m
    group by 1, 2
    having sum(r.sign * m.request_count) > 0`;
}

/** The readings as a table `r` with the columns `at`, `reads` and `sign`; `at` is what `toAt` makes of the step. */
export function toReadingRows(readings: readonly MarginReading[], toAt: (step: number) => Date): RawBuilder<unknown> {
  return sql`unnest(
    ${readings.map(({ step }) => toAt(step))}::timestamptz[],
    ${readings.map(({ atMs }) => new Date(atMs))}::timestamptz[],
    ${readings.map(({ sign }) => sign)}::integer[]
  ) as r (at, reads, sign)`;
}

/** The rows that a reading `r` reads, looked up by the key for each; as a join, all hours of the dimension would be read. */
export function toMarginRows({ dimension, value, other }: MarginPlace): RawBuilder<unknown> {
  return sql`
    select *
    from usage_margin
    where dimension = ${dimension}
      and at = r.reads
      ${value === undefined ? sql`` : sql`and value = ${value}`}
      ${other === undefined ? sql`` : sql`and other = ${other}`}
    offset 0`;
}
