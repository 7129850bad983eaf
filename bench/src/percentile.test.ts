import { expect, test } from 'bun:test';
import { toMedian, toPercentile } from './percentile.ts';

test('a percentile is a value that was measured, whatever the order', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(toMedian(values)).toBe(51);
  expect(toPercentile(values, 99)).toBe(100);
  expect(toPercentile([], 50)).toBeNaN();
});
