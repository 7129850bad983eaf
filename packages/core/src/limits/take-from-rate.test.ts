import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { settleWithRate, takeFromRate } from '../index.ts';

const RATE = { max: 100, periodMs: 60_000 };

/** How many of tries at these instants a rate admits. */
function countAdmitted(rate: typeof RATE, instants: readonly number[]): number[] {
  let paidOffAtMs = 0;
  return instants.filter((nowMs) => {
    const taken = takeFromRate(rate, paidOffAtMs, { units: 1, nowMs });
    paidOffAtMs = taken.paidOffAtMs;
    return taken.admitted;
  });
}

describe('a rate', () => {
  test('gives all of a period at once, then one whenever one is paid off', () => {
    const burst = Array.from({ length: 150 }, () => 1_000_000);
    expect(countAdmitted(RATE, burst)).toHaveLength(100);
    const later = [...burst, 1_000_599, 1_000_600, 1_000_601, 1_001_200];
    expect(countAdmitted(RATE, later).slice(100)).toEqual([1_000_600, 1_001_200]);
  });

  test('tells what remains, and when to come again', () => {
    const first = takeFromRate(RATE, 0, { units: 40, nowMs: 5000 });
    expect(first).toEqual({ admitted: true, paidOffAtMs: 29_000, remaining: 60, resetMs: 24_000, retryAfterMs: 0 });
    const second = takeFromRate(RATE, first.paidOffAtMs, { units: 61, nowMs: 5000 });
    expect(second).toEqual({ admitted: false, paidOffAtMs: 29_000, remaining: 60, resetMs: 24_000, retryAfterMs: 600 });
  });

  test('never admits what is more than all of it', () => {
    expect(takeFromRate(RATE, 0, { units: 101, nowMs: 0 })).toMatchObject({ admitted: false, retryAfterMs: Infinity });
  });

  test('comes back as told: a refused try is admitted after its retryAfterMs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100 }), (used, units) => {
        fc.pre(used + units > RATE.max);
        const before = takeFromRate(RATE, 0, { units: used, nowMs: 1000 });
        const refused = takeFromRate(RATE, before.paidOffAtMs, { units, nowMs: 1000 });
        const nowMs = 1000 + refused.retryAfterMs;
        expect(takeFromRate(RATE, refused.paidOffAtMs, { units, nowMs }).admitted).toBe(true);
      }),
    );
  });

  test('in n periods at most n + 1 times its maximum is admitted, whatever comes when', () => {
    const gaps = fc.array(fc.nat(300), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 20 }), (steps, max) => {
        const rate = { max, periodMs: 1000 };
        let nowMs = 10_000;
        const instants = steps.map((step) => (nowMs += step));
        const admitted = countAdmitted(rate, instants);
        const spanMs = (instants.at(-1) ?? 0) - (instants[0] ?? 0);
        expect(admitted.length).toBeLessThanOrEqual(max + Math.floor((spanMs * max) / rate.periodMs) + 1);
      }),
    );
  });

  test('a clock that jumps back locks nobody out for longer than an answer can owe', () => {
    const { paidOffAtMs } = takeFromRate(RATE, 0, { units: 100, nowMs: 9_000_000_000 });
    const refused = takeFromRate(RATE, paidOffAtMs, { units: 1, nowMs: 1000 });
    expect(refused.retryAfterMs).toBeLessThanOrEqual(60 * RATE.periodMs);
  });

  test('what an answer used beyond all of it is owed, and a refused try pays nothing off', () => {
    let paidOffAtMs = takeFromRate(RATE, 0, { units: 1, nowMs: 0 }).paidOffAtMs;
    paidOffAtMs = settleWithRate(RATE, paidOffAtMs, { units: 999, nowMs: 0 });
    const refused = takeFromRate(RATE, paidOffAtMs, { units: 1, nowMs: 60_000 });
    expect(refused).toMatchObject({ admitted: false, paidOffAtMs: 600_000, retryAfterMs: 480_600 });
    expect(takeFromRate(RATE, refused.paidOffAtMs, { units: 1, nowMs: 540_600 }).admitted).toBe(true);
  });

  test('an estimate is set right afterwards, in both ways', () => {
    const { paidOffAtMs } = takeFromRate(RATE, 0, { units: 50, nowMs: 0 });
    const fewer = settleWithRate(RATE, paidOffAtMs, { units: -40, nowMs: 0 });
    expect(takeFromRate(RATE, fewer, { units: 90, nowMs: 0 }).admitted).toBe(true);
    const more = settleWithRate(RATE, paidOffAtMs, { units: 60, nowMs: 0 });
    expect(takeFromRate(RATE, more, { units: 1, nowMs: 0 })).toMatchObject({ admitted: false });
  });
});
