import { expect, test } from 'bun:test';
import { array, assert, nat, property, tuple } from 'fast-check';
import { packTimings, unpackTimings } from './timings.ts';

test('timings come back to a tenth of a millisecond, however long the answer took', () => {
  const steps = array(tuple(nat({ max: 40_000_000 }), nat({ max: 2 ** 31 })), { maxLength: 50 });
  assert(
    property(steps, (gaps) => {
      let tenths = 0;
      const timings = gaps.map(([gap, bytes]): [number, number] => [(tenths += gap) / 10, bytes]);
      expect(unpackTimings(packTimings(timings))).toEqual(timings);
    }),
  );
});

test('a clock that steps back does not break what follows', () => {
  const packed = packTimings([
    [10, 5],
    [8, 6],
    [12, 7],
  ]);
  expect(unpackTimings(packed)).toEqual([
    [10, 5],
    [10, 6],
    [12, 7],
  ]);
});

test('a piece takes two or three bytes', () => {
  const timings = Array.from({ length: 100 }, (_, index) => [index * 50, 120] as const);
  expect(packTimings(timings).byteLength).toBeLessThanOrEqual(300);
});
