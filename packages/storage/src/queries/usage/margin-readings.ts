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

export interface DaySplit {
  readonly readings: MarginReading[];
  /** Ranges that are left, in their order. */
  readonly open: TimeRange[];
  /** Hours, or parts of them, with a border within; they are neither read from margins nor open. */
  readonly cutHours: TimeRange[];
}

/** Days of India are cut at half past six: that hour is read from minutes and the rest of the day from hours. More is not worth it. */
const CUT_HOURS_MAX = 2;

/**
 * What is read from margins, and the ranges that are left. A day serves where it is closed, but for the hours that a border lies
 * within: what a step has of it is what was used up to the step's end without what was used up to its beginning.
 */
export function splitByDays({ steps, toMs }: Steps, closed: ClosedDays): DaySplit {
  const split: DaySplit = { readings: [], open: [], cutHours: [] };
  const fromMs = steps[0] ?? toMs;
  let first = 0;
  for (let dayMs = Math.floor(fromMs / DAY_MS) * DAY_MS; dayMs < toMs; dayMs += DAY_MS) {
    const parts: { step: number; range: TimeRange }[] = [];
    while ((steps[first + 1] ?? toMs) <= dayMs && first + 1 < steps.length) first += 1;
    for (let step = first; step < steps.length && (steps[step] ?? toMs) < dayMs + DAY_MS; step += 1) {
      const range = cut({ fromMs: steps[step] ?? toMs, toMs: steps[step + 1] ?? toMs }, dayMs);
      if (range.fromMs < range.toMs) parts.push({ step, range });
    }
    const whole = cut({ fromMs, toMs }, dayMs);
    const cutHours = listCutHours(parts.map(({ range }) => range)).map((hour) => clip(hour, whole));
    if (cutHours.length > CUT_HOURS_MAX) {
      addOpen(split.open, whole);
      continue;
    }
    split.cutHours.push(...cutHours);
    if (closed.has(dayMs)) split.readings.push(...parts.flatMap(({ step, range }) => toReadings(step, range, dayMs)));
    else for (const range of toGaps(whole, cutHours)) addOpen(split.open, range);
  }
  return split;
}

function cut(range: TimeRange, dayMs: number): TimeRange {
  return clip(range, { fromMs: dayMs, toMs: dayMs + DAY_MS });
}

function clip(range: TimeRange, { fromMs, toMs }: TimeRange): TimeRange {
  return { fromMs: Math.max(range.fromMs, fromMs), toMs: Math.min(range.toMs, toMs) };
}

/** Hours that a range begins or ends within, in their order. */
function listCutHours(ranges: readonly TimeRange[]): TimeRange[] {
  const borders = ranges.flatMap(({ fromMs, toMs }) => [fromMs, toMs]).filter((atMs) => atMs % HOUR_MS !== 0);
  const hours = new Set(borders.map((atMs) => Math.floor(atMs / HOUR_MS) * HOUR_MS));
  return [...hours].map((atMs) => ({ fromMs: atMs, toMs: atMs + HOUR_MS }));
}

/** What of a range lies before, between and behind others. */
function toGaps({ fromMs, toMs }: TimeRange, others: readonly TimeRange[]): TimeRange[] {
  const begins = [fromMs, ...others.map((other) => other.toMs)];
  const ends = [...others.map((other) => other.fromMs), toMs];
  return begins
    .map((beginMs, at) => ({ fromMs: beginMs, toMs: ends[at] ?? toMs }))
    .filter((gap) => gap.fromMs < gap.toMs);
}

/** What a step has of a day, but for hours that it has a part of. */
function toReadings(step: number, range: TimeRange, dayMs: number): MarginReading[] {
  const fromMs = Math.ceil(range.fromMs / HOUR_MS) * HOUR_MS;
  const toMs = Math.floor(range.toMs / HOUR_MS) * HOUR_MS;
  if (fromMs >= toMs) return [];
  const end: MarginReading = { step, atMs: toMs - HOUR_MS, sign: 1 };
  return fromMs === dayMs ? [end] : [end, { step, atMs: fromMs - HOUR_MS, sign: -1 }];
}

/** Days that follow one another are read as one. */
function addOpen(open: TimeRange[], range: TimeRange): void {
  const last = open.at(-1);
  if (last?.toMs === range.fromMs) open[open.length - 1] = { fromMs: last.fromMs, toMs: range.toMs };
  else open.push(range);
}

/** Days that are read from margins, among those that could be. */
export function withoutOpen(closed: ClosedDays, open: readonly TimeRange[]): ClosedDays {
  const isOpen = (dayMs: number) => open.some(({ fromMs, toMs }) => fromMs < dayMs + DAY_MS && dayMs < toMs);
  return new Set([...closed].filter((dayMs) => !isOpen(dayMs)));
}
