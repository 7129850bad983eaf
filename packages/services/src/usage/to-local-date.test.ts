import { expect, test } from 'bun:test';
import { addDays, toDayStartMs, toLocalDate } from './to-local-date.ts';

test.each([
  ['2026-11-20', 'UTC', '2026-11-20T00:00:00.000Z'],
  ['2026-11-20', 'Asia/Kolkata', '2026-11-19T18:30:00.000Z'],
  ['2026-11-20', 'America/Los_Angeles', '2026-11-20T08:00:00.000Z'],
  ['2026-11-20', 'Pacific/Kiritimati', '2026-11-19T10:00:00.000Z'],
  // Clocks go forward and back in the course of these days.
  ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
  ['2026-03-30', 'Europe/Berlin', '2026-03-29T22:00:00.000Z'],
  ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z'],
  // Midnight itself is skipped.
  ['2026-04-24', 'Africa/Cairo', '2026-04-23T22:00:00.000Z'],
])('%s begins in %s at %s', (date, tz, instant) => {
  const startMs = toDayStartMs(date, tz);
  expect(new Date(startMs).toISOString()).toBe(instant);
  expect([toLocalDate(startMs, tz), toLocalDate(startMs - 1, tz)]).toEqual([date, addDays(date, -1)]);
});
