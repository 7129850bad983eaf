import { expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { niceTicks } from './nice-ticks.ts';

test.each([
  [0, [0, 1]],
  [1, [0, 0.25, 0.5, 0.75, 1]],
  [7, [0, 2, 4, 6, 8]],
  [1_234, [0, 500, 1_000, 1_500]],
])('up to %p the lines are %p', (max, ticks) => expect(niceTicks(max)).toEqual(ticks));

test('what can only be counted has no halves', () => expect(niceTicks(2, { isWhole: true })).toEqual([0, 1, 2]));

test('the top line is never below what is drawn, and the lines stay few', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e15, noNaN: true }), (max) => {
      const ticks = niceTicks(max);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(max * (1 - 1e-6));
      expect(ticks.length).toBeLessThanOrEqual(5);
    }),
  );
});
