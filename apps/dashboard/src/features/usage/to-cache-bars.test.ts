import { expect, test } from 'bun:test';
import { toCacheBars, toCauseSeries } from './to-cache-bars.ts';

const NOTHING = { turnCount: 1, lostTokens: 0, lostNano: 0, unpricedCount: 0 };
const steps = ['2026-11-18T00:00:00.000Z', '2026-11-19T00:00:00.000Z'].map((at) => ({
  at,
  cacheReadTokens: 0,
  savedNano: 0,
}));
const first = steps[0]?.at ?? '';
const second = steps[1]?.at ?? '';

test('causes that lost something are stacked over time, the dearest first; what lost nothing is none', () => {
  const report = {
    steps,
    step: 'day',
    tz: 'UTC',
    rows: [
      { at: first, verdict: 'expired', ...NOTHING, lostTokens: 10, lostNano: 5 },
      { at: first, verdict: 'warm', ...NOTHING },
      { at: second, verdict: 'expired', ...NOTHING, lostTokens: 2, lostNano: 1 },
      { at: second, verdict: 'tools-changed', ...NOTHING, lostTokens: 4, lostNano: 9 },
    ],
    verdicts: [
      { verdict: 'tools-changed', ...NOTHING, lostTokens: 4, lostNano: 9 },
      { verdict: 'expired', ...NOTHING, lostTokens: 12, lostNano: 6 },
      { verdict: 'warm', ...NOTHING },
    ],
  } as const;
  const copy = { ...report, rows: [...report.rows], verdicts: [...report.verdicts] };
  expect(toCauseSeries(copy).map(({ label }) => label)).toEqual(['Tools changed', 'Expired']);
  expect(toCacheBars(copy).map(({ label, values }) => [label, values])).toEqual([
    ['Wed 18 Nov', [0, 5]],
    ['Thu 19 Nov', [9, 1]],
  ]);
});
