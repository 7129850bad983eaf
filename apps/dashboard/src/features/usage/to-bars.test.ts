import { describe, expect, test } from 'bun:test';
import { OPERATIONS } from '@nexus/contract';
import type { UsageReport } from '../../api/usage-filters.ts';
import { toBars, toSeries, toStepSpan } from './to-bars.ts';
import { toWeek, WEEKDAYS } from './to-week.ts';

const SUMS = {
  requestCount: 2,
  errorCount: 0,
  estimatedCount: 0,
  guessedCount: 0,
  unpricedCount: 0,
  suspiciousCount: 0,
  inputTokens: 10,
  outputTokens: 5,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  thinkingTokens: 0,
  totalTokens: 15,
  costNano: 7,
  cacheSavedNano: 0,
  durationMs: 40,
};

/** A report as the contract has it. */
function createReport(given: Partial<UsageReport>): UsageReport {
  return OPERATIONS['usage.report'].output.parse({
    from: '2026-11-19T00:00:00.000Z',
    to: '2026-11-21T00:00:00.000Z',
    tz: 'UTC',
    step: 'day',
    steps: ['2026-11-19T00:00:00.000Z', '2026-11-20T00:00:00.000Z'],
    groups: [
      { group: 'claude-opus-4-5', isRest: false, ...SUMS },
      { group: '', isRest: false, ...SUMS },
      { group: null, isRest: true, ...SUMS },
    ],
    rows: [
      { at: '2026-11-20T00:00:00.000Z', group: '', isRest: false, ...SUMS },
      { at: '2026-11-20T00:00:00.000Z', group: null, isRest: true, ...SUMS, costNano: 9 },
      { at: '2026-11-19T00:00:00.000Z', group: 'claude-opus-4-5', isRest: false, ...SUMS, requestCount: 3 },
    ],
    total: SUMS,
    ...given,
  });
}

describe('bars', () => {
  const report = createReport({});

  test('what has no name and what is left over are series of their own', () => {
    expect(toSeries(report, {}, new Map()).map(({ label, color }) => [label, color])).toEqual([
      ['claude-opus-4-5', 'bg-plot-1'],
      ['no model', 'bg-plot-2'],
      ['all others', 'bg-plot-rest'],
    ]);
  });

  test('a name says more than an id', () => {
    const names = new Map([['claude-opus-4-5', 'Harbour']]);
    expect(toSeries(report, { by: 'accountId' }, names)[0]?.label).toBe('Harbour');
  });

  test('every step is a bar, also where nothing was used, with values in the order of the series', () => {
    expect(toBars(report, {}).map(({ label, values }) => [label, values])).toEqual([
      ['Thu 19 Nov', [7, 0, 0]],
      ['Fri 20 Nov', [0, 7, 9]],
    ]);
    expect(toBars(report, { measure: 'requests' })[0]?.values).toEqual([3, 0, 0]);
  });

  test('a step ends where the next begins, and the last one with the report', () => {
    expect(toStepSpan(report, 0)).toEqual({ from: report.steps[0] ?? '', to: report.steps[1] ?? '' });
    expect(toStepSpan(report, 1).to).toBe(report.to);
  });

  test('of hours over days the midnights are marked, and never more than fit', () => {
    const steps = Array.from({ length: 168 }, (_, hour) =>
      new Date(Date.parse('2026-11-13T22:00:00.000Z') + hour * 3_600_000).toISOString(),
    );
    const ticks = toBars(createReport({ step: 'hour', steps, rows: [] }), {}).flatMap(({ tick }) => tick || []);
    expect(ticks).toEqual(['14 Nov', '15 Nov', '16 Nov', '17 Nov', '18 Nov', '19 Nov', '20 Nov']);
  });
});

describe('weekdays and hours', () => {
  test('are those of the clock in the time zone', () => {
    const rows = [at('2026-11-15T23:30:00.000Z'), at('2026-11-22T23:00:00.000Z')];
    const week = toWeek({ rows, tz: 'Europe/Berlin' }, (row) => row.costNano);
    expect(week[WEEKDAYS.indexOf('Monday')]?.[0]).toEqual({
      value: 14,
      hours: rows.map((row) => ({ at: row.at, value: 7 })),
    });
    expect(week.flat().filter(({ value }) => value > 0)).toHaveLength(1);
  });

  test('an hour that a clock shows twice is one cell', () => {
    const rows = [at('2026-10-25T00:00:00.000Z'), at('2026-10-25T01:00:00.000Z')];
    const week = toWeek({ rows, tz: 'Europe/Berlin' }, (row) => row.requestCount);
    expect(week[WEEKDAYS.indexOf('Sunday')]?.[2]?.value).toBe(4);
  });
});

/** An hour in which something was used. */
function at(iso: string): UsageReport['rows'][number] {
  return { at: iso, group: null, isRest: false, ...SUMS };
}
