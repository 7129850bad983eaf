import { describe, expect, test } from 'bun:test';
import { sampleKey } from './sample-keys.ts';
import { listSubjectKeys, toPeaks, toSpent, toSpentOfKeys } from './subject-usage.ts';

/** A Friday. */
const NOW = Date.parse('2026-11-20T12:00:00.000Z');
const day = (date: string, costNano: number) => ({ at: `${date}T00:00:00.000Z`, costNano });
const QUIET = { requestCount: 0, inputTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0, outputTokens: 0 };

describe('what a subject spent', () => {
  test('is told for the day, the week from Monday and the month of UTC', () => {
    const rows = [day('2026-11-01', 1_000), day('2026-11-15', 100), day('2026-11-16', 10), day('2026-11-20', 1)];
    expect(toSpent({ rows }, NOW)).toEqual({ day: 1, week: 11, month: 1_111 });
  });

  test('is told for all keys of an owner together', () => {
    const keys = [
      sampleKey({ keyId: 'a', owner: 'ada' }),
      sampleKey({ keyId: 'b', owner: 'ada' }),
      sampleKey({ keyId: 'c', owner: 'bob' }),
    ];
    const ids = new Set(listSubjectKeys({ kind: 'user', subject: 'ada' }, keys).map(({ keyId }) => keyId));
    const days = [14, 15, 16, 17, 18, 19, 20].map((date) => `2026-11-${date}T00:00:00.000Z`);
    const report = { monthStartsAt: '', days, keys: [usage('a', 127), usage('b', 1_000), usage('c', 5_000)] };
    expect(toSpentOfKeys(ids, report, NOW)).toEqual({ day: 2, week: 62, month: 1_127 });
  });
});

test('the busiest minute counts as limits do, and of these keys alone', () => {
  const rows = [
    { ...QUIET, at: '1', group: 'a', requestCount: 2, inputTokens: 5, cacheWrite5mTokens: 1 },
    { ...QUIET, at: '1', group: 'b', requestCount: 1, inputTokens: 10, outputTokens: 3 },
    { ...QUIET, at: '2', group: 'a', requestCount: 1, outputTokens: 7 },
  ];
  expect(toPeaks({ rows }, null)).toEqual({ requests: 3, inputTokens: 16, outputTokens: 7 });
  expect(toPeaks({ rows }, new Set(['b']))).toEqual({ requests: 1, inputTokens: 10, outputTokens: 3 });
  expect(toPeaks({ rows: [] }, null)).toEqual({ requests: 0, inputTokens: 0, outputTokens: 0 });
});

function usage(keyId: string, costNano: number) {
  const costNanoByDay = [64, 32, 16, 8, 4, 2, 1];
  return { keyId, requestCount: 1, totalTokens: 1, unpricedCount: 0, costNano, costNanoByDay, requestsByDay: [] };
}
