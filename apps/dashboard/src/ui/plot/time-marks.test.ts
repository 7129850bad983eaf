import { expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { toTimeMarks } from './time-marks.ts';

const HOUR_MS = 3_600_000;
const NOW = Date.parse('2026-11-20T12:20:00.000Z');

test('a day is marked by hours, a week by days', () => {
  expect(toTimeMarks(NOW - 24 * HOUR_MS, NOW).some(({ label }) => label.includes(':'))).toBe(true);
  expect(toTimeMarks(NOW - 7 * 24 * HOUR_MS, NOW).every(({ label }) => /^\d+ \w{3}$/.test(label))).toBe(true);
});

test('marks lie within, in order, and stay few', () => {
  fc.assert(
    fc.property(fc.integer({ min: 60_000, max: 60 * 24 * HOUR_MS }), (spanMs) => {
      const marks = toTimeMarks(NOW - spanMs, NOW).map(({ atMs }) => atMs);
      expect(marks.length).toBeLessThanOrEqual(8);
      expect(marks).toEqual(marks.toSorted((a, b) => a - b));
      expect(marks.every((atMs) => atMs >= NOW - spanMs && atMs <= NOW)).toBe(true);
    }),
  );
});
