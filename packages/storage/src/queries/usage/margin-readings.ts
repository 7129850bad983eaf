import { type RawBuilder, sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import type { TimeRange } from './usage-source.ts';

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

/** The readings as a table `r` with the columns `at`, `reads` and `sign`; `at` is what `toAt` makes of the step. */
export function toReadingRows(readings: readonly MarginReading[], toAt: (step: number) => Date): RawBuilder<unknown> {
  return sql`unnest(
    ${readings.map(({ step }) => toAt(step))}::timestamptz[],
    ${readings.map(({ atMs }) => new Date(atMs))}::timestamptz[],
    ${readings.map(({ sign }) => sign)}::integer[]
  ) as r (at, reads, sign)`;
}

/** Days that are read from margins, among those that could be. */
export function withoutOpen(closed: ClosedDays, open: readonly TimeRange[]): ClosedDays {
  const isOpen = (dayMs: number) => open.some(({ fromMs, toMs }) => fromMs < dayMs + DAY_MS && dayMs < toMs);
  return new Set([...closed].filter((dayMs) => !isOpen(dayMs)));
}

/** A dimension, and what its rows are narrowed to: a text, or something that gives one. */
export interface MarginKey {
  readonly dimension: string;
  readonly value: string | RawBuilder<unknown> | undefined;
  readonly other: string | RawBuilder<unknown> | undefined;
}

/** The rows that a reading `r` reads, looked up by the key for each; as a join, all hours of the dimension would be read. */
export function toMarginRows({ dimension, value, other }: MarginKey): RawBuilder<unknown> {
  return sql`
    select *
    from usage_margin
    where dimension = ${dimension}
      and at = r.reads
      ${value === undefined ? sql`` : sql`and value = ${value}`}
      ${other === undefined ? sql`` : sql`and other = ${other}`}
    offset 0`;
}
