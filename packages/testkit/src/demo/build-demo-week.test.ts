import { expect, test } from 'bun:test';
import { buildDemoWeek } from './build-demo-week.ts';

const OPTIONS = {
  nowMs: Date.UTC(2026, 10, 20, 15),
  clockAheadMs: 0,
  accountId: 'plan',
  people: [{ keyId: 'k', userId: 'ada', project: 'harbour', weight: 1 }],
} as const;

test('a demo week is in order, ends now, is the same each time, and never fills a window beyond its end', () => {
  const records = buildDemoWeek(OPTIONS);
  const times = records.map(({ facts }) => facts.startedAtMs);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(times.length).toBeGreaterThan(500);
  expect(OPTIONS.nowMs - (times.at(-1) ?? 0)).toBeLessThan(3_600_000);
  const costs = (all: typeof records) => all.map(({ facts }) => facts.cost?.nanoDollars ?? 0);
  expect(costs(buildDemoWeek(OPTIONS))).toEqual(costs(records));
  const shares = records.flatMap(({ payload }) =>
    payload.responseHeaders.filter(([name]) => name.endsWith('utilization')).map(([, value]) => Number(value)),
  );
  expect(Math.max(...shares)).toBeLessThanOrEqual(1);
  expect(Math.max(...shares)).toBeGreaterThan(0.3);
});
