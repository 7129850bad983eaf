import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { layoutPieces } from './layout-pieces.ts';

describe('how an answer arrived', () => {
  test('an answer without pieces has nothing to draw', () => {
    expect(layoutPieces([], 10)).toBeNull();
  });

  test('an answer in one piece is one column', () => {
    expect(layoutPieces([[0, 512]], 10)).toMatchObject({ columns: [512], count: 1, longestGapMs: 0 });
  });

  test('pieces fall into the column of their time, and silences are told', () => {
    const pieces = layoutPieces([[0, 10], [10, 20], [100, 5]], 10); // prettier-ignore
    expect(pieces).toMatchObject({ spanMs: 100, longestGapMs: 90, medianGapMs: 90, bytes: 35 });
    expect(pieces?.columns).toEqual([10, 20, 0, 0, 0, 0, 0, 0, 0, 5]);
  });

  test('no byte is lost, however the pieces came', () => {
    const timings = fc.array(fc.tuple(fc.nat(5_000), fc.nat(1_000)), { minLength: 1 });
    fc.assert(
      fc.property(timings, fc.integer({ min: 1, max: 300 }), (pieces, columnsMax) => {
        const ordered = pieces.toSorted((a, b) => a[0] - b[0]);
        const laid = layoutPieces(ordered, columnsMax);
        expect(laid?.columns.reduce((sum, bytes) => sum + bytes, 0)).toBe(laid?.bytes ?? -1);
        expect(laid?.columns.length).toBeLessThanOrEqual(columnsMax);
      }),
    );
  });
});
