import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { assert, asyncProperty, boolean, constantFrom, integer, record } from 'fast-check';
import type { RequestFacts } from '@nexus/core';
import { inTransaction } from '../src/in-transaction.ts';
import {
  checkUsage,
  countUsageSessions,
  findUsageSession,
  listSessionCounts,
  listSessionTools,
  listUsageSessions,
  listUsageTools,
} from '../src/index.ts';
import { addUsage } from '../src/usage/add-usage.ts';
import { createInsertRows } from '../src/writer/insert-rows.ts';
import { ensureMonths } from '../src/writer/write-batch.ts';
import { buildFacts, toId } from './record.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const FROM_MS = Date.UTC(2026, 9, 29);
const TO_MS = FROM_MS + 6 * DAY_MS;
const RUNS = 60;
const TOOLS = [[], ['Bash'], ['Bash', 'Read'], ['Read', 'Read', 'mcp__files__list']];

/** Sessions of twenty to eighty hours that overlap, with gaps of hours in them, of two users and three models. */
const facts: RequestFacts[] = Array.from({ length: 1_200 }, (_, serial) => {
  const startedAtMs = FROM_MS + Math.floor(serial * 431_777.7);
  return buildFacts({
    requestId: toId(startedAtMs, serial),
    startedAtMs,
    durationMs: (serial * 7_919) % 300_000,
    sessionId: serial % 13 === 0 ? null : `session-${(serial % 7) + 7 * Math.floor(serial / (90 + 60 * (serial % 7)))}`,
    userId: serial % 2 === 0 ? 'jane' : null,
    domain: serial % 7 < 4 ? 'one.example' : 'two.example',
    model: ['opus', 'sonnet', null][serial % 3] ?? null,
    modelServed: null,
    accountId: `account-${serial % 7 < 3 ? 'a' : 'b'}`,
    outcome: serial % 17 === 0 ? 'upstream-error' : 'completed',
    toolNames: TOOLS[serial % TOOLS.length] ?? [],
    cost: serial % 19 === 0 ? { nanoDollars: null, pricing: 'unpriced', priceVersion: 'v' } : priced(serial),
  });
});

function priced(serial: number): RequestFacts['cost'] {
  return { nanoDollars: 1_000 + serial, pricing: 'exact', priceVersion: 'v' };
}

let world: WriterWorld;
beforeAll(async () => {
  world = await createWriterWorld();
  const client = await world.storage.pool.connect();
  await ensureMonths({ client, months: new Set() }, [FROM_MS, TO_MS]);
  client.release();
  // In pieces and out of order, as writers bring it.
  for (const part of [2, 0, 1]) {
    const some = facts.filter((_, serial) => serial % 3 === part);
    await inTransaction(world.storage.pool, (open) => addUsage(open, createInsertRows({ prepared: false }), some));
  }
}, 60_000);
afterAll(() => world.drop());

interface Asked {
  readonly fromMs: number;
  readonly toMs: number;
  readonly filter: Readonly<Record<string, string>>;
}

const anyRange = record({
  fromMs: integer({ min: FROM_MS - HOUR_MS, max: TO_MS }),
  lengthMs: integer({ min: 1, max: 4 * DAY_MS }),
  filter: constantFrom<Asked['filter']>(
    {},
    { domain: 'one.example' },
    { accountId: 'account-a', model: 'opus' },
    { userId: 'jane' },
  ),
}).map(({ fromMs, lengthMs, filter }): Asked => ({ fromMs, toMs: fromMs + lengthMs, filter }));

function find({ fromMs, toMs, filter }: Asked): RequestFacts[] {
  return facts.filter(
    (one) =>
      one.startedAtMs >= fromMs &&
      one.startedAtMs < toMs &&
      (filter['domain'] ?? one.domain) === one.domain &&
      (filter['accountId'] ?? one.accountId) === one.accountId &&
      (filter['model'] ?? one.model) === one.model &&
      (filter['userId'] ?? one.userId) === one.userId,
  );
}

function toSessions(found: readonly RequestFacts[]): Map<string, RequestFacts[]> {
  return Map.groupBy(
    found.filter(({ sessionId }) => sessionId !== null),
    ({ sessionId }) => sessionId ?? '',
  );
}

describe('sessions of any range', () => {
  test('are those that have a request in it, active ones in its last hour or in that before now, and take as long as they did within it', async () => {
    await assert(
      asyncProperty(anyRange, boolean(), async (asked, isOver) => {
        const sessions = [...toSessions(find(asked)).values()];
        const spans = sessions.map((of) => (of.at(-1)?.startedAtMs ?? 0) - (of[0]?.startedAtMs ?? 0));
        const nowMs = asked.fromMs + (asked.toMs - asked.fromMs) * 0.75;
        const activeFromMs = (isOver ? asked.toMs : nowMs) - HOUR_MS;
        const found = await countUsageSessions(world.storage, { ...asked, nowMs: isOver ? TO_MS + 9 * DAY_MS : nowMs });
        expect(found).toMatchObject({
          sessionCount: sessions.length,
          activeCount: sessions.filter((of) => (of.at(-1)?.startedAtMs ?? 0) >= activeFromMs).length,
        });
        const average = spans.reduce((sum, spanMs) => sum + spanMs, 0) / Math.max(1, spans.length);
        expect(Math.abs(found.averageMs - average)).toBeLessThan(0.01);
      }),
      { numRuns: RUNS },
    );
  });

  test('are listed with what they used within it, the latest first', async () => {
    await assert(
      asyncProperty(anyRange, async (asked) => {
        const found = await listUsageSessions(world.storage, { ...asked, limit: 4 });
        const sessions = [...toSessions(find(asked))].toSorted(
          ([, one], [, other]) => (other.at(-1)?.startedAtMs ?? 0) - (one.at(-1)?.startedAtMs ?? 0),
        );
        expect(found.map((row) => [row.sessionId, row.requestCount, row.errorCount, row.costNano])).toEqual(
          sessions
            .slice(0, 4)
            .map(([id, of]) => [
              id,
              of.length,
              of.filter(({ outcome }) => outcome !== 'completed').length,
              of.reduce((sum, { cost }) => sum + (cost?.nanoDollars ?? 0), 0),
            ]),
        );
      }),
      { numRuns: RUNS },
    );
  });

  test.each([11 * MINUTE_MS, HOUR_MS, 23 * HOUR_MS, 25 * HOUR_MS])('are counted in steps of %d ms', async (stepMs) => {
    const beginMs = FROM_MS + 13 * HOUR_MS + 30 * MINUTE_MS;
    const steps = Array.from({ length: 40 }, (_, at) => beginMs + at * stepMs);
    const toMs = beginMs + 40 * stepMs;
    const found = await listSessionCounts(world.storage, { steps, toMs, filter: { domain: 'one.example' } });
    expect(found).toEqual(
      steps.map(
        (fromMs) => toSessions(find({ fromMs, toMs: fromMs + stepMs, filter: { domain: 'one.example' } })).size,
      ),
    );
  });

  test('add up to all of a session, whatever day it ran into', async () => {
    const [[sessionId, of] = ['', []]] = [...toSessions(facts)];
    const found = await findUsageSession(world.storage, sessionId);
    expect(found).toMatchObject({
      requestCount: of.length,
      firstAt: new Date(of[0]?.startedAtMs ?? 0),
      lastAt: new Date(Math.max(...of.map(({ startedAtMs, durationMs }) => startedAtMs + durationMs))),
    });
    expect(await findUsageSession(world.storage, 'nobody')).toBeNull();
  });
});

describe('tools of any range', () => {
  test('are counted call by call, and by the requests whose answers called them', async () => {
    await assert(
      asyncProperty(anyRange, async (asked) => {
        const called = find(asked).flatMap(({ toolNames, startedAtMs }) =>
          toolNames.map((tool) => ({ tool, startedAtMs })),
        );
        const found = await listUsageTools(world.storage, asked);
        expect(
          Object.fromEntries(found.map((row) => [row.tool, [row.callCount, row.requestCount, row.lastAt.getTime()]])),
        ).toEqual(
          Object.fromEntries(
            [...Map.groupBy(called, ({ tool }) => tool)].map(([tool, of]) => [
              tool,
              // No two requests begin at the same instant.
              [of.length, new Set(of.map(({ startedAtMs }) => startedAtMs)).size, of.at(-1)?.startedAtMs ?? 0],
            ]),
          ),
        );
      }),
      { numRuns: RUNS },
    );
  });

  test('of one session are its own', async () => {
    const [[sessionId, of] = ['', []]] = [...toSessions(facts)];
    const found = await listSessionTools(world.storage, { fromMs: FROM_MS, toMs: TO_MS, sessionId });
    const bash = of.filter(({ toolNames }) => toolNames.includes('Bash')).length;
    expect(found.find(({ tool }) => tool === 'Bash')?.requestCount).toBe(bash);
  });
});

test('sums of sessions and tools are proved against the rows, and made anew where they are wrong', async () => {
  const { pool } = world.storage;
  expect((await checkUsage(world.storage, { repair: false })).wrong).toEqual([]);
  await pool.query(
    `update usage_session_day set last_at = last_at - interval '1 second' where at = '2026-10-30T00:00:00Z'`,
  );
  await pool.query(`delete from usage_tool_day where at = '2026-10-31T00:00:00Z' and tool = 'Bash'`);
  const found = await checkUsage(world.storage, { repair: true });
  expect(found.wrong.map(({ day, wrongSums, isRepaired }) => [day, Object.keys(wrongSums), isRepaired])).toEqual([
    ['2026-10-30', ['usage_session_day'], true],
    ['2026-10-31', ['usage_tool_day'], true],
  ]);
  expect((await checkUsage(world.storage, { repair: false })).wrong).toEqual([]);
});
