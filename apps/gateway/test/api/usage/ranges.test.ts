import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type ApiWorld, SET_UP_MS_MAX, startApiWorld } from '../api-world.ts';
import { buildRecord, writeRecords } from '../records.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** 06:40 in the morning, so that the day has hours to come and the hour has minutes behind it. */
const NOW_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS + 6 * HOUR_MS + 40 * MINUTE_MS;

/** One request every ten minutes of the last three days, the latest a minute ago; a session an hour. */
const records = Array.from({ length: 3 * 24 * 6 }, (_, serial) => {
  const startedAtMs = NOW_MS - MINUTE_MS - serial * 10 * MINUTE_MS;
  return buildRecord({
    startedAtMs,
    sessionId: `s-${Math.floor(startedAtMs / HOUR_MS)}`,
    model: serial % 2 === 0 ? 'claude-opus-4-5' : 'claude-haiku-4-5',
  });
});

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld({ override: { clock: () => NOW_MS } });
  await writeRecords(world, records);
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

const at = (ms: number) => new Date(ms).toISOString();
const toDate = (ms: number) => at(ms).slice(0, 10);

function countSince(fromMs: number): number {
  return records.filter(({ facts }) => facts.startedAtMs >= fromMs).length;
}

test('sessions are active that had a request in the last hour, whatever hour of the day it is', async () => {
  const { client } = world;
  const active = new Set(
    records.filter(({ facts }) => facts.startedAtMs >= NOW_MS - HOUR_MS).map(({ facts }) => facts.sessionId),
  );
  expect(await client.perform('usage.summary', {})).toMatchObject({ active_sessions: active.size, total_sessions: 73 });
  // A period that is over has its own last hour.
  const yesterday = toDate(NOW_MS - DAY_MS);
  expect(await client.perform('usage.summary', { start_date: yesterday, end_date: yesterday })).toMatchObject({
    active_sessions: 1,
    total_sessions: 24,
  });
});

test.each([
  ['now', 0],
  ['the minute before', 61_000],
  ['a part of an hour', 41 * MINUTE_MS],
  ['hours and a part', 5 * HOUR_MS + 11 * MINUTE_MS + 1],
  ['more than a day', 30 * HOUR_MS + 1],
])('/api/stats counts what began since %s, to the millisecond', async (_, backMs) => {
  const fromMs = NOW_MS - backMs;
  const stats = await world.client.perform('usage.stats', { since: at(fromMs) });
  const count = countSince(fromMs);
  expect(stats).toMatchObject({ totalRequests: count, activeDomains: count === 0 ? 0 : 1 });
  expect(Object.values(stats.requestsByModel).reduce((sum, of) => sum + of, 0)).toBe(count);
  expect(stats.requestsByType).toEqual(count === 0 ? {} : { inference: count });
});

test('/api/stats since an instant to come has counted nothing yet', async () => {
  expect(await world.client.perform('usage.stats', { since: at(NOW_MS + 5 * MINUTE_MS) })).toMatchObject({
    totalRequests: 0,
    totalTokens: 0,
    activeDomains: 0,
    requestsByModel: {},
  });
});

test('a report in one step is as long as what was asked', async () => {
  const [from, to] = [NOW_MS - 2 * DAY_MS - 5 * MINUTE_MS, NOW_MS - 7 * MINUTE_MS];
  const report = await world.client.perform('usage.report', { from: at(from), to: at(to), step: 'all' });
  expect([report.from, report.to, report.steps]).toEqual([at(from), at(to), [at(from)]]);
  expect(report.total.requestCount).toBe(countSince(from) - countSince(to));
});

test.each([
  ['hour', HOUR_MS, 6],
  ['day', DAY_MS, 144],
  ['week', 7 * DAY_MS, records.length],
  ['month', 30 * DAY_MS, records.length],
] as const)(
  '/v1/analytics/tokens of the last %s begins so long ago and not at a whole hour',
  async (period, ms, count) => {
    const models = await world.client.perform('usage.models', { period });
    expect(models).toMatchObject({
      period,
      start_date: at(NOW_MS - ms),
      end_date: at(NOW_MS),
      total_tokens: count * 64,
    });
    const [opus, haiku] = ['claude-opus-4-5', 'claude-haiku-4-5'].map((model) => models.usage_by_model[model]);
    expect([opus?.requests, haiku?.requests]).toEqual([count / 2, count / 2]);
    expect(opus).toMatchObject({
      prompt_tokens: count * 6,
      completion_tokens: count * 17,
      cached_tokens: count * 2.5,
      cache_creation_tokens: count * 6.5,
      total_tokens: count * 32,
      sessions: new Set(
        records
          .filter(({ facts }) => facts.model === 'claude-opus-4-5' && facts.startedAtMs >= NOW_MS - ms)
          .map(({ facts }) => facts.sessionId),
      ).size,
    });
  },
);

test('/v1/analytics/tokens of days says that they were chosen, whatever period stands beside them', async () => {
  const day = toDate(NOW_MS - DAY_MS);
  const dayMs = Date.parse(day);
  const models = await world.client.perform('usage.models', { period: 'week', start_date: day, end_date: day });
  expect(models).toMatchObject({
    period: 'custom',
    start_date: at(dayMs),
    end_date: at(dayMs + DAY_MS),
    total_tokens: 144 * 64,
  });
  // One end alone: the days of the period up to it.
  const week = await world.client.perform('usage.models', { period: 'week', end_date: day });
  expect([week.period, week.start_date]).toEqual(['custom', at(dayMs - 6 * DAY_MS)]);
});
