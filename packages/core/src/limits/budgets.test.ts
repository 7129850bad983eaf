import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { admitToBudget, BUDGET_PERIODS, toBudgetSpan } from '../index.ts';

describe('a budget', () => {
  test('is overspent by at most one worst case, whatever begins and ends when', () => {
    const calls = fc.array(
      fc.record({
        worst: fc.integer({ min: 1, max: 50 }),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
        waits: fc.nat(5),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(calls, fc.integer({ min: 1, max: 200 }), (coming, limit) => {
        let [spent, reserved, worstMax] = [0, 0, 0];
        const running: { worst: number; cost: number; waits: number }[] = [];
        for (const { worst, share, waits } of coming) {
          if (admitToBudget({ limit, spent, reserved }) === 'admitted') {
            running.push({ worst, cost: Math.floor(worst * share), waits });
            reserved += worst;
            worstMax = Math.max(worstMax, worst);
          }
          for (const call of running.splice(0)) {
            if (call.waits > 0) running.push({ ...call, waits: call.waits - 1 });
            else [spent, reserved] = [spent + call.cost, reserved - call.worst];
          }
        }
        spent += running.reduce((sum, call) => sum + call.cost, 0);
        expect(spent).toBeLessThan(limit + worstMax);
      }),
    );
  });

  test('that is used up by calls under way may be free again, one that is spent is not', () => {
    expect(admitToBudget({ limit: 100, spent: 99, reserved: 0 })).toBe('admitted');
    expect(admitToBudget({ limit: 100, spent: 10, reserved: 90 })).toBe('reserved');
    expect(admitToBudget({ limit: 100, spent: 100, reserved: 0 })).toBe('spent');
  });
});

describe('spans of budgets', () => {
  test.each([
    ['day', '2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z'],
    ['week', '2026-11-16T00:00:00Z', '2026-11-23T00:00:00Z'],
    ['month', '2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z'],
  ] as const)('the %s of Friday, 20 November 2026', (period, start, end) => {
    const atMs = Date.parse('2026-11-20T22:50:00Z');
    expect(toBudgetSpan(period, atMs)).toEqual({ startMs: Date.parse(start), endMs: Date.parse(end) });
  });

  test('lie one behind the other without a gap', () => {
    fc.assert(
      fc.property(fc.constantFrom(...BUDGET_PERIODS), fc.integer({ min: -1e12, max: 4e12 }), (period, atMs) => {
        const span = toBudgetSpan(period, atMs);
        expect(atMs).toBeWithin(span.startMs, span.endMs);
        expect(toBudgetSpan(period, span.endMs).startMs).toBe(span.endMs);
        expect(toBudgetSpan(period, span.endMs - 1)).toEqual(span);
      }),
    );
  });
});
