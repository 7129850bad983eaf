import { expect, test } from 'bun:test';
import { assert, constantFrom, integer, property, record, uniqueArray } from 'fast-check';
import { type DaySplit, splitByDays, type Steps } from './margin-readings.ts';
import type { TimeRange } from './usage-source.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const FIRST_MS = Date.UTC(2026, 9, 20);
const DAYS = 5;

/** What was used in a minute: any number will do, if it is another one in each. */
function toUsed(minuteMs: number): number {
  return ((minuteMs / MINUTE_MS) * 7_919) % 10_007;
}

function sumUp({ fromMs, toMs }: TimeRange): number {
  let sum = 0;
  for (let atMs = fromMs; atMs < toMs; atMs += MINUTE_MS) sum += toUsed(atMs);
  return sum;
}

function toRanges({ steps, toMs }: Steps): TimeRange[] {
  return steps.map((fromMs, at) => ({ fromMs, toMs: steps[at + 1] ?? toMs }));
}

/** What is read for each step, from everywhere. */
function readAll({ readings, open, cutHours }: DaySplit, steps: Steps): number[] {
  return toRanges(steps).map((range, step) => {
    const ofMargins = readings
      .filter((one) => one.step === step)
      .map(({ atMs, sign }) => sign * sumUp({ fromMs: Math.floor(atMs / DAY_MS) * DAY_MS, toMs: atMs + HOUR_MS }));
    const ofOthers = [...open, ...cutHours].map(({ fromMs, toMs }) =>
      sumUp({ fromMs: Math.max(fromMs, range.fromMs), toMs: Math.min(toMs, range.toMs) }),
    );
    return [...ofMargins, ...ofOthers].reduce((sum, one) => sum + one, 0);
  });
}

const anySteps = constantFrom(7, 30, 45, 60, 360, 720, 1_440, 2_880).chain((minutes) =>
  record({
    borders: uniqueArray(integer({ min: 0, max: Math.floor((DAYS * 1_440) / minutes) }), {
      minLength: 2,
      maxLength: 30,
    }),
    shiftMinutes: constantFrom(0, 30, 45, 330, 1_380),
  }).map(({ borders, shiftMinutes }): Steps => {
    const sorted = borders.toSorted((left, right) => left - right);
    const instants = sorted.map((border) => FIRST_MS + (border * minutes + shiftMinutes) * MINUTE_MS);
    return { steps: instants.slice(0, -1), toMs: instants.at(-1) ?? FIRST_MS };
  }),
);

const anyClosed = uniqueArray(integer({ min: 0, max: DAYS }), { maxLength: DAYS + 1 }).map(
  (days) => new Set(days.map((day) => FIRST_MS + day * DAY_MS)),
);

test('every minute of every step is read once, whichever days are closed and wherever steps begin', () => {
  assert(
    property(anySteps, anyClosed, (steps, closed) => {
      expect(readAll(splitByDays(steps, closed), steps)).toEqual(toRanges(steps).map(sumUp));
    }),
    { numRuns: 300 },
  );
});

test('of a closed day that is cut at half past an hour, that hour alone is not read from margins', () => {
  const noonMs = FIRST_MS + 12 * HOUR_MS;
  const steps = { steps: [FIRST_MS, noonMs + 30 * MINUTE_MS], toMs: FIRST_MS + DAY_MS };
  expect(splitByDays(steps, new Set([FIRST_MS]))).toEqual({
    readings: [
      { step: 0, atMs: noonMs - HOUR_MS, sign: 1 },
      { step: 1, atMs: FIRST_MS + DAY_MS - HOUR_MS, sign: 1 },
      { step: 1, atMs: noonMs, sign: -1 },
    ],
    open: [],
    cutHours: [{ fromMs: noonMs, toMs: noonMs + HOUR_MS }],
  });
});
