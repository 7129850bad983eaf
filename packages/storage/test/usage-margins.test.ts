import { afterAll, beforeAll, expect, test } from 'bun:test';
import { constant, constantFrom, integer, record, sample } from 'fast-check';
import type { RequestFacts } from '@nexus/core';
import { inTransaction } from '../src/in-transaction.ts';
import {
  checkUsage,
  closeDays,
  listKeyUsage,
  loadUsageLatency,
  loadUsageReport,
  loadWindowUse,
  USAGE_SUM_NAMES,
  type UsageGroup,
  type UsageStepUnit,
} from '../src/index.ts';
import { addUsage } from '../src/usage/add-usage.ts';
import { createInsertRows } from '../src/writer/insert-rows.ts';
import { ensureMonths } from '../src/writer/write-batch.ts';
import { buildFacts, toId } from './record.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Clocks in Berlin go back on 25 October 2026. */
const FROM_MS = Date.UTC(2026, 9, 20);
const NOW_MS = FROM_MS + 12 * DAY_MS + 15 * HOUR_MS;
const QUESTIONS = 150;

const facts: RequestFacts[] = Array.from({ length: 1_500 }, (_, serial) => {
  const startedAtMs = FROM_MS + 5 * HOUR_MS + Math.floor(serial * 690_123.4);
  return buildFacts({
    requestId: toId(startedAtMs, serial),
    startedAtMs,
    durationMs: (serial * 7_919) % 400_000,
    accountId: serial % 29 === 0 ? null : `account-${serial % 4}`,
    domain: `team-${serial % 3}.example`,
    keyId: `key-${Math.floor(serial / 40) % 7}`,
    userId: serial % 5 === 0 ? null : `user-${serial % 6}`,
    project: `project-${Math.floor(serial / 25) % 5}`,
    model: ['opus', 'sonnet', null][serial % 3] ?? null,
    modelServed: null,
    kind: serial % 4 === 0 ? 'auxiliary' : 'inference',
    outcome: serial % 17 === 0 ? 'upstream-error' : 'completed',
    status: serial % 17 === 0 ? 529 : 200,
    cost: { nanoDollars: serial % 11 === 0 ? 0 : 1_000 + serial, pricing: 'exact', priceVersion: 'v' },
  });
});

let world: WriterWorld;
const add = (some: readonly RequestFacts[]) =>
  inTransaction(world.storage.pool, (open) => addUsage(open, createInsertRows({ prepared: false }), some));

beforeAll(async () => {
  world = await createWriterWorld();
  const client = await world.storage.pool.connect();
  await ensureMonths({ client, months: new Set() }, [FROM_MS, NOW_MS]);
  client.release();
  await add(facts);
}, 60_000);
afterAll(() => world.drop());

async function listClosed(): Promise<string[]> {
  const found = await world.storage.pool.query<{ day: string }>(
    `select to_char(at at time zone 'UTC', 'MM-DD') as day from usage_margin_day order by at`,
  );
  return found.rows.map(({ day }) => day);
}

const reopenAll = () => world.storage.pool.query('delete from usage_margin_day');
const closeAll = () => closeDays(world.storage, { nowMs: NOW_MS, daysMax: 100 });

test('days that are over are closed, the latest first, and the one that runs is not', async () => {
  expect(await closeDays(world.storage, { nowMs: NOW_MS, daysMax: 2 })).toBe(10);
  expect(await listClosed()).toEqual(['10-30', '10-31']);
  expect(await closeAll()).toBe(0);
  expect((await listClosed())[0]).toBe('10-20');
  expect(await listClosed()).toHaveLength(12);
  expect((await checkUsage(world.storage, { repair: false })).wrong).toEqual([]);
});

test('several processes close days at once, and each day is whole', async () => {
  await reopenAll();
  await Promise.all([closeAll(), closeAll(), closeAll()]);
  expect(await listClosed()).toHaveLength(12);
  expect((await checkUsage(world.storage, { repair: false })).wrong).toEqual([]);
});

type Question = Parameters<typeof loadUsageReport>[1];

const anyQuestion = record({
  fromMs: integer({ min: FROM_MS - DAY_MS, max: NOW_MS - 1 }),
  lengthMs: integer({ min: 1, max: 8 * DAY_MS }),
  step: constantFrom<UsageStepUnit>('hour', 'day', 'week', 'month', 'all'),
  tz: constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/Santiago', 'Pacific/Kiritimati'),
  by: constantFrom<UsageGroup | null>(
    null,
    'domain',
    'accountId',
    'keyId',
    'userId',
    'projectId',
    'model',
    'kind',
    'outcome',
    'status',
  ),
  filter: constantFrom(
    {},
    { domain: 'team-1.example' },
    { accountId: 'account-2' },
    { model: 'opus', kind: 'auxiliary' },
    { keyId: 'key-3' },
    { accountId: 'account-1', domain: 'team-0.example', model: 'sonnet' },
  ),
  groupsMax: constant(3),
  nowMs: constant(NOW_MS),
  sums: constant(USAGE_SUM_NAMES),
}).map(({ lengthMs, ...question }): Question => Object.assign(question, { toMs: question.fromMs + lengthMs }));

async function answerAll(questions: readonly Question[]) {
  const answers = [];
  for (const question of questions) {
    const report = await loadUsageReport(world.storage, question);
    answers.push({ question, report, latency: await loadUsageLatency(world.storage, question) });
  }
  return answers;
}

test('every question has the same answer, whether its days are closed, some of them, or none', async () => {
  const questions = sample(anyQuestion, QUESTIONS);
  await reopenAll();
  const answers = await answerAll(questions);
  await closeAll();
  expect(await answerAll(questions)).toEqual(answers);
  await world.storage.pool.query(`delete from usage_margin_day where extract(day from at)::integer % 3 = 1`);
  expect(await answerAll(questions)).toEqual(answers);
}, 60_000);

test('windows of accounts have what was used since they began, to the millisecond', async () => {
  const beginnings = [
    ...sample(integer({ min: 0, max: 8 * DAY_MS }), 40),
    // An hour, a minute, and the instants of a request: the one at the very beginning is within.
    5 * HOUR_MS,
    5 * HOUR_MS + 60_000,
    ...[0, 1].map((late) => (facts[400]?.startedAtMs ?? 0) - FROM_MS + late),
  ];
  const spans = beginnings.flatMap((beginMs) =>
    ['account-0', 'account-3', 'nobody'].map((accountId) => ({
      accountId,
      fromMs: FROM_MS + beginMs,
      toMs: FROM_MS + 9 * DAY_MS + 7 * HOUR_MS,
    })),
  );
  const expected = spans.map(({ accountId, fromMs, toMs }) => {
    const within = facts.filter(
      (one) => one.accountId === accountId && one.startedAtMs >= fromMs && one.startedAtMs < toMs,
    );
    const cost = within.reduce((sum, one) => sum + (one.cost?.nanoDollars ?? 0), 0);
    return { requestCount: within.length, totalTokens: 117 * within.length, costNano: cost };
  });
  await reopenAll();
  expect(await loadWindowUse(world.storage, spans)).toEqual(expected);
  await closeAll();
  expect(await loadWindowUse(world.storage, spans)).toEqual(expected);
  expect(await loadWindowUse(world.storage, [])).toEqual([]);
});

test('of a window that began before minutes are kept, its first hour is read from its requests', async () => {
  const fromMs = FROM_MS + 6 * HOUR_MS + 61_234;
  const spans = [{ accountId: 'account-1', fromMs, toMs: FROM_MS + 40 * DAY_MS }];
  const within = facts.filter((one) => one.accountId === 'account-1' && one.startedAtMs >= fromMs);
  await world.storage.pool.query('delete from usage_minute where at < $1', [new Date(FROM_MS + DAY_MS)]);
  expect(await loadWindowUse(world.storage, spans)).toMatchObject([{ requestCount: within.length }]);
});

test('keys used the same, whether their days are closed, some of them, or none', async () => {
  const days = Array.from({ length: 7 }, (_, day) => FROM_MS + (6 + day) * DAY_MS);
  const asked = { sinceMs: FROM_MS + 3 * DAY_MS, days };
  await reopenAll();
  const keys = await listKeyUsage(world.storage, asked);
  const ofKey = facts.filter(({ keyId }) => keyId === 'key-3');
  const within = ofKey.filter(({ startedAtMs }) => startedAtMs >= asked.sinceMs);
  expect(keys).toHaveLength(7);
  expect(keys.find(({ keyId }) => keyId === 'key-3')).toMatchObject({
    requestCount: within.length,
    costNano: within.reduce((sum, one) => sum + (one.cost?.nanoDollars ?? 0), 0),
    requestsByDay: days.map(
      (dayMs) => ofKey.filter(({ startedAtMs }) => Math.floor(startedAtMs / DAY_MS) * DAY_MS === dayMs).length,
    ),
  });
  await closeAll();
  expect(await listKeyUsage(world.storage, asked)).toEqual(keys);
  await world.storage.pool.query(`delete from usage_margin_day where extract(day from at)::integer % 3 = 1`);
  expect(await listKeyUsage(world.storage, asked)).toEqual(keys);
});

test('who asks for no sums is told the groups alone, and the same ones', async () => {
  await closeAll();
  const question = { fromMs: FROM_MS, toMs: NOW_MS, step: 'all', tz: 'UTC', filter: {}, nowMs: NOW_MS } as const;
  for (const by of ['projectId', 'userId', 'keyId', 'outcome'] as const) {
    for (const groupsMax of [2, 100]) {
      const asked = { ...question, by, groupsMax };
      const whole = await loadUsageReport(world.storage, { ...asked, sums: USAGE_SUM_NAMES });
      const groups = await loadUsageReport(world.storage, { ...asked, sums: [] });
      expect(groups.rows).toEqual(whole.rows.map(({ at, group, isRest }) => ({ at, group, isRest })));
    }
  }
});

test('a record that comes late opens its day, and is counted at once', async () => {
  await closeAll();
  const question = {
    fromMs: FROM_MS,
    toMs: NOW_MS,
    step: 'all',
    tz: 'UTC',
    by: null,
    filter: {},
    groupsMax: 5,
    nowMs: NOW_MS,
    sums: ['requestCount', 'costNano'],
  } as const;
  const before = await loadUsageReport(world.storage, question);
  const startedAtMs = FROM_MS + 3 * DAY_MS + HOUR_MS;
  await add([buildFacts({ requestId: toId(startedAtMs, 9_999), startedAtMs })]);
  expect(await listClosed()).not.toContain('10-23');
  const after = await loadUsageReport(world.storage, question);
  expect(after.rows[0]?.requestCount).toBe((before.rows[0]?.requestCount ?? 0) + 1);
  expect(await closeAll()).toBe(0);
  expect(await loadUsageReport(world.storage, question)).toEqual(after);
});

test('margins that are wrong are found, and read no more until they are made anew', async () => {
  await closeAll();
  await world.storage.pool.query(
    `update usage_margin set cost_nano = cost_nano + 1 where at = '2026-10-22T08:00:00Z' and dimension = 'model'`,
  );
  const found = await checkUsage(world.storage, { repair: true });
  expect(found.wrong).toMatchObject([{ day: '2026-10-22', isRepaired: true }]);
  expect(Object.keys(found.wrong[0]?.wrongSums ?? {})).toEqual(['usage_margin']);
  expect(await listClosed()).not.toContain('10-22');
  await closeAll();
  expect((await checkUsage(world.storage, { repair: false })).wrong).toEqual([]);
});
