import { expect, test } from 'bun:test';
import { addMonths, toMonth } from './month.ts';

test('a month is that of the instant in UTC', () => {
  expect(toMonth(Date.UTC(2026, 10, 30, 23, 59, 59, 999))).toBe('2026-11-01');
  expect(toMonth(Date.UTC(2026, 11, 1))).toBe('2026-12-01');
});

test('months are added across years', () => {
  expect(addMonths('2026-11-01', 2)).toBe('2027-01-01');
  expect(addMonths('2026-12-01', 1)).toBe('2027-01-01');
});
