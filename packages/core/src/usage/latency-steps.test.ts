import { describe, expect, test } from 'bun:test';
import { array, assert, double, integer, property } from 'fast-check';
import {
  findPercentile,
  type LatencyHistogram,
  mergeLatency,
  toLatencyHistogram,
  toLatencyStep,
} from './latency-steps.ts';

describe('spans counted in steps', () => {
  test('a percentile is at most one step away from that of the spans themselves', () => {
    assert(
      property(
        array(integer({ min: 11, max: 600_000 }), { minLength: 1, maxLength: 50 }),
        double({ min: 0.01, max: 1, noNaN: true }),
        (spans, share) => {
          const histogram = fold(spans);
          const sorted = spans.toSorted((left, right) => left - right);
          const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
          const found = findPercentile(histogram, share) ?? 0;
          expect(Math.abs(toLatencyStep(found) - toLatencyStep(exact))).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  test('merging is adding, in any order', () => {
    const spans = array(integer({ min: 0, max: 5_000_000 }));
    assert(
      property(spans, spans, (some, others) => {
        expect(mergeLatency(fold(some), fold(others))).toEqual(fold([...others, ...some]));
      }),
    );
  });

  test('nothing counted has no percentile, and a clock that jumped back counts as no time', () => {
    expect(findPercentile([], 0.5)).toBeNull();
    expect(findPercentile(toLatencyHistogram(null), 0.5)).toBeNull();
    expect([toLatencyStep(-5), toLatencyStep(Number.NaN), toLatencyStep(Number.POSITIVE_INFINITY)]).toEqual([0, 0, 33]);
  });
});

function fold(spans: readonly number[]): LatencyHistogram {
  return spans.map(toLatencyHistogram).reduce<LatencyHistogram>(mergeLatency, []);
}
