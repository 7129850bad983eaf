import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { RequestFacts } from '@nexus/core';
import { inTransaction } from '../src/in-transaction.ts';
import { loadUsageLatency, loadUsageReport, loadUsageSeries, loadUsageWindow, USAGE_SUM_NAMES } from '../src/index.ts';
import { ensureMonths } from '../src/writer/write-batch.ts';
import { createInsertRows } from '../src/writer/insert-rows.ts';
import { addUsage } from '../src/usage/add-usage.ts';
import { buildFacts, toId } from './record.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Clocks in Berlin went back on 25 October 2026 and forward in Santiago on 6 September. */
const FROM_MS = Date.UTC(2026, 7, 30);
const TO_MS = Date.UTC(2026, 10, 17, 12);
const MODELS = ['claude-opus-4-5', 'claude-sonnet-4-5', 'claude-haiku-4-5', null];

/** Every 47 minutes one request, of models and accounts in turn. */
const facts: RequestFacts[] = Array.from({ length: Math.floor((TO_MS - FROM_MS) / (47 * 60_000)) }, (_, serial) => {
  const startedAtMs = FROM_MS + serial * 47 * 60_000 + 13_337;
  const isUnpriced = serial % 11 === 0;
  return buildFacts({
    requestId: toId(startedAtMs, serial),
    startedAtMs,
    model: MODELS[serial % MODELS.length] ?? null,
    modelServed: null,
    accountId: serial % 3 === 0 ? 'account-b' : 'account-a',
    outcome: serial % 7 === 0 ? 'upstream-error' : 'completed',
    cost: {
      nanoDollars: isUnpriced ? null : 1_000 * serial,
      pricing: isUnpriced ? 'unpriced' : 'exact',
      priceVersion: 'v',
    },
  });
});

let world: WriterWorld;
beforeAll(async () => {
  world = await createWriterWorld();
  await inTransaction(world.storage.pool, async (client) => {
    await addUsage(client, createInsertRows({ prepared: false }), []);
  });
  const client = await world.storage.pool.connect();
  await ensureMonths(
    { client, months: new Set() },
    facts.map(({ startedAtMs }) => startedAtMs),
  );
  client.release();
  await inTransaction(world.storage.pool, (open) => addUsage(open, createInsertRows({ prepared: false }), facts));
}, 60_000);
afterAll(() => world.drop());

/** The hour or the day that a clock in `tz` shows. */
function toLocalStep(atMs: number, tz: string, step: 'hour' | 'day' | 'month'): string {
  const parts = new Intl.DateTimeFormat('sv', {
    timeZone: tz,
    year: 'numeric',
    month: '2-digit',
    ...(step === 'month' ? {} : { day: '2-digit' }),
    ...(step === 'hour' ? { hour: '2-digit', timeZoneName: 'longOffset' } : {}),
  });
  return parts.format(atMs);
}

const report = (changes: Partial<Parameters<typeof loadUsageReport>[1]>) =>
  loadUsageReport(world.storage, {
    fromMs: FROM_MS,
    toMs: TO_MS,
    step: 'day',
    tz: 'UTC',
    by: null,
    groupsMax: 10,
    filter: {},
    nowMs: TO_MS,
    sums: USAGE_SUM_NAMES,
    ...changes,
  });

describe('usage by steps of a calendar', () => {
  test.each(
    (['UTC', 'Europe/Berlin', 'America/Santiago', 'Asia/Kolkata', 'Australia/Lord_Howe'] as const).flatMap((tz) =>
      (['day', 'month'] as const).map((step) => [step, tz] as const),
    ),
  )('each %s in %s has what its requests add up to', async (step, tz) => {
    const { steps, rows } = await report({ step, tz });
    expect(rows.map(({ at }) => at.getTime())).toEqual([...steps]);
    const expected = new Map<string, number>();
    for (const { startedAtMs } of facts) {
      const key = toLocalStep(startedAtMs, tz, step);
      expected.set(key, (expected.get(key) ?? 0) + 1);
    }
    const found = rows.filter((row) => row.requestCount > 0);
    expect(found.map((row) => [toLocalStep(row.at.getTime(), tz, step), row.requestCount])).toEqual([...expected]);
  });

  test('a day on which clocks go back has 25 hours, and each of them is there once', async () => {
    const day = { fromMs: Date.UTC(2026, 9, 24, 22), toMs: Date.UTC(2026, 9, 25, 23), tz: 'Europe/Berlin' };
    const hours = await report({ ...day, step: 'hour' });
    expect(hours.steps).toHaveLength(25);
    expect(hours.rows.reduce((sum, row) => sum + row.requestCount, 0)).toBe(
      facts.filter(({ startedAtMs }) => startedAtMs >= day.fromMs && startedAtMs < day.toMs).length,
    );
    const days = await report({ ...day, step: 'day' });
    expect([days.steps, days.toMs]).toEqual([[day.fromMs], day.toMs]);
  });

  test('a day on which clocks go forward has 23 hours', async () => {
    const day = { fromMs: Date.UTC(2026, 8, 6, 4), toMs: Date.UTC(2026, 8, 7, 3), tz: 'America/Santiago' };
    const hours = await report({ ...day, step: 'hour' });
    expect(hours.steps).toHaveLength(23);
    const days = await report({ ...day, step: 'day' });
    expect([days.steps, days.toMs]).toEqual([[day.fromMs], day.toMs]);
    expect(days.rows[0]?.requestCount).toBe(countWithin(day));
  });

  test('of two weeks, the one in which clocks go back is an hour longer, and both have what is theirs', async () => {
    const [first, second, end] = [Date.UTC(2026, 9, 18, 22), Date.UTC(2026, 9, 25, 23), Date.UTC(2026, 10, 1, 23)];
    const weeks = await report({ fromMs: first, toMs: end, step: 'week', tz: 'Europe/Berlin' });
    expect([weeks.steps, weeks.toMs]).toEqual([[first, second], end]);
    expect(second - first).toBe(169 * HOUR_MS);
    expect(weeks.rows.map(({ requestCount }) => requestCount)).toEqual([
      countWithin({ fromMs: first, toMs: second }),
      countWithin({ fromMs: second, toMs: end }),
    ]);
  });

  test('steps without usage are there, with nothing in them, and nothing at all has no groups', async () => {
    const before = { fromMs: FROM_MS - 3 * DAY_MS, toMs: FROM_MS };
    const empty = await report(before);
    expect(empty.rows.map((row) => [row.at.getTime(), row.requestCount, row.costNano])).toEqual(
      [3, 2, 1].map((days) => [FROM_MS - days * DAY_MS, 0, 0]),
    );
    expect((await report({ ...before, by: 'model' })).rows).toEqual([]);
  });

  test('groups beyond the dearest are one, and none is lost; what has no model keeps its own group', async () => {
    const whole = await report({ step: 'all', by: 'model' });
    expect(new Set(whole.rows.map(({ group }) => group))).toEqual(
      new Set(['', ...MODELS.filter((model) => model !== null)]),
    );
    const folded = await report({ step: 'all', by: 'model', groupsMax: 2 });
    expect(folded.rows.map(({ isRest }) => isRest)).toEqual([false, false, true]);
    expect(sumCost(folded.rows)).toBe(sumCost(whole.rows));
    expect(sumCost(whole.rows)).toBe(facts.reduce((total, { cost }) => total + (cost?.nanoDollars ?? 0), 0));
    const unpriced = whole.rows.reduce((total, row) => total + row.unpricedCount, 0);
    expect(unpriced).toBe(facts.filter(({ cost }) => cost?.nanoDollars === null).length);
  });

  test('one step is as long as the range, to the millisecond', async () => {
    for (const cutMs of [0, 1, 13_337, 13_338, 47 * 60_000 + 13_338, 5 * HOUR_MS - 1]) {
      const span = { fromMs: FROM_MS + 17 * DAY_MS + cutMs, toMs: TO_MS - 9 * DAY_MS - 2 * cutMs };
      const whole = await report({ ...span, step: 'all', tz: 'Asia/Kolkata' });
      expect([whole.steps, whole.fromMs, whole.toMs]).toEqual([[span.fromMs], span.fromMs, span.toMs]);
      expect(whole.rows[0]?.requestCount).toBe(countWithin(span));
    }
  });

  test('a filter narrows, and errors are counted', async () => {
    const [row] = (await report({ step: 'all', filter: { accountId: 'account-b' } })).rows;
    const expected = facts.filter(({ accountId }) => accountId === 'account-b');
    expect(row).toMatchObject({
      requestCount: expected.length,
      errorCount: expected.filter(({ outcome }) => outcome === 'upstream-error').length,
      inputTokens: expected.length * 12,
      cacheWrite1hTokens: expected.length * 8,
    });
  });
});

test('a window is exact to the millisecond', async () => {
  const toMs = FROM_MS + 20 * DAY_MS + 4_321;
  const fromMs = toMs - 5 * HOUR_MS;
  const within = facts.filter((one) => one.startedAtMs >= fromMs && one.startedAtMs < toMs);
  const found = await loadUsageWindow(world.storage, {
    fromMs,
    toMs,
    filter: { accountId: 'account-a' },
    sums: USAGE_SUM_NAMES,
  });
  const expected = within.filter(({ accountId }) => accountId === 'account-a');
  expect([found.requestCount, found.outputTokens]).toEqual([expected.length, expected.length * 34]);
});

test.each([7, 10, 60])('a window that slides in steps of %d minutes has what its hours hold', async (minutes) => {
  const stepMs = minutes * 60_000;
  const toMs = FROM_MS + 10 * DAY_MS;
  const points = await loadUsageSeries(world.storage, {
    accountIds: ['account-a'],
    fromMs: toMs - DAY_MS,
    toMs,
    stepMs,
    windowMs: 5 * HOUR_MS,
  });
  expect(points.length).toBeGreaterThan(DAY_MS / stepMs - 1);
  const spanMs = Math.ceil((5 * HOUR_MS) / stepMs) * stepMs;
  for (const { at, windowTokens } of points) {
    const endMs = at.getTime() + stepMs;
    const within = facts.filter(
      (one) =>
        one.accountId === 'account-a' && one.startedAtMs >= endMs - spanMs && one.startedAtMs < Math.min(endMs, toMs),
    );
    expect(windowTokens).toBe(within.length * 34);
  }
});

test('latency is merged by model', async () => {
  const found = await loadUsageLatency(world.storage, { fromMs: FROM_MS, toMs: TO_MS, filter: {} });
  expect(found.map(({ model }) => model).toSorted()).toEqual(
    ['', 'claude-haiku-4-5', 'claude-opus-4-5', 'claude-sonnet-4-5'].toSorted(),
  );
  for (const { requestCount, duration } of found) {
    expect(duration.reduce((sum, count) => sum + count, 0)).toBe(requestCount);
  }
});

function countWithin({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): number {
  return facts.filter(({ startedAtMs }) => startedAtMs >= fromMs && startedAtMs < toMs).length;
}

function sumCost(rows: readonly { readonly costNano: number }[]): number {
  return rows.reduce((total, row) => total + row.costNano, 0);
}
