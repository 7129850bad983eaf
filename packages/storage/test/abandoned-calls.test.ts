import { afterAll, beforeAll, expect, test } from 'bun:test';
import { NO_USAGE } from '@nexus/anthropic';
import { CLAUDE_PRICES, overridePrices, type RecordedRequest, toRecordedCost } from '@nexus/core';
import { sample } from 'fast-check';
import { arbitrarySteps } from '../../core/test/arbitrary-traffic.ts';
import { simulateTraffic } from '../../core/test/traffic.ts';
import {
  checkUsage,
  listWindowShares,
  loadUsageReport,
  loadUsageWindow,
  repriceUsage,
  USAGE_SUM_NAMES,
} from '../src/index.ts';
import { buildRecord, NOON_MS } from './record.ts';
import { toRecords } from './traffic-records.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

const HOUR_MS = 3_600_000;
const MODEL = 'claude-sonnet-4-5';
const RECORDS = 6;
const RANGE = { fromMs: NOON_MS - HOUR_MS, toMs: NOON_MS + 2 * HOUR_MS };

let world: WriterWorld;
beforeAll(async () => {
  world = await createWriterWorld();
});
afterAll(() => world.drop());

/** Answered by `account-a`, after `account-b` had read the prompt and broken off. */
function moved(serial: number): RecordedRequest {
  const startedAtMs = NOON_MS + serial * 1_000;
  return withCall(buildRecord(serial, { model: MODEL, modelServed: null, startedAtMs }));
}

function withCall(record: RecordedRequest): RecordedRequest {
  const usage = { ...NO_USAGE, inputTokens: 1_000, outputTokens: 1 };
  const call = { usage, model: MODEL, modelServed: null, startedAtMs: record.facts.startedAtMs };
  const cost = toRecordedCost(CLAUDE_PRICES, call);
  return { ...record, abandonedCalls: [{ accountId: 'account-b', status: 200, outcome: 'cut', usage, cost }] };
}

const ofAccount = (accountId: string) =>
  loadUsageWindow(world.storage, { ...RANGE, filter: { accountId }, sums: USAGE_SUM_NAMES });

test('what an account used before another one answered is its own; the request is counted once, and a replay adds nothing', async () => {
  const records = Array.from({ length: RECORDS }, (_, serial) => moved(serial + 1));
  const writer = world.createWriter();
  for (const record of [...records, ...records.slice(0, 2)]) writer.append(record);
  await world.settled(writer);
  expect(await ofAccount('account-b')).toMatchObject({
    requestCount: 0,
    errorCount: 0,
    estimatedCount: RECORDS,
    inputTokens: 1_000 * RECORDS,
    outputTokens: RECORDS,
    durationMs: 0,
  });
  expect(await ofAccount('account-a')).toMatchObject({ requestCount: RECORDS, inputTokens: 12 * RECORDS });
  expect((await checkUsage(world.storage, { repair: false })).wrong).toEqual([]);
});

test('every way of splitting usage has it, from sums and from rows', async () => {
  const steps = { tz: 'UTC', filter: {}, groupsMax: 8, nowMs: RANGE.toMs, sums: USAGE_SUM_NAMES } as const;
  for (const range of [RANGE, { fromMs: NOON_MS, toMs: NOON_MS + 10_500 }]) {
    const { rows } = await loadUsageReport(world.storage, { ...range, ...steps, step: 'all', by: 'accountId' });
    const found = new Map(rows.map(({ group, requestCount, inputTokens }) => [group, [requestCount, inputTokens]]));
    expect(found).toEqual(
      new Map([
        ['account-a', [RECORDS, 12 * RECORDS]],
        ['account-b', [0, 1_000 * RECORDS]],
      ]),
    );
  }
  const shares = await listWindowShares(world.storage, { ...RANGE, accountId: 'account-b', by: 'session', limit: 5 });
  expect(shares).toMatchObject([{ id: 'session-a', requestCount: 0, totalTokens: 1_001 * RECORDS }]);
});

test('it is priced again with history', async () => {
  const doubled = overridePrices(CLAUDE_PRICES, { version: 'v2', models: { [MODEL]: { input: 6, output: 30 } } });
  if (!doubled.ok) throw new Error('these prices are right');
  const before = await ofAccount('account-b');
  // 1,000 × 3,000 + 1 × 15,000.
  expect(before.costNano).toBe(3_015_000 * RECORDS);
  await repriceUsage(world.storage, { ...RANGE, prices: doubled.table, dryRun: false });
  expect((await ofAccount('account-b')).costNano).toBe(2 * before.costNano);
  expect((await checkUsage(world.storage, { repair: false })).wrong).toEqual([]);
});

test('it belongs to the conversation of its request, also where that is found only later', async () => {
  const { pool } = world.storage;
  await pool.query('truncate request, fingerprint, chain_step, agent_call, summary_probe, conversation, branch, usage');
  await pool.query('truncate batch_message');
  const [steps = []] = sample(arbitrarySteps, { numRuns: 1, seed: 7 });
  const records = toRecords(simulateTraffic(steps), 'none').map(withCall);
  const writer = world.createWriter();
  // Children come before their parents.
  for (const record of records.toReversed()) {
    writer.append(record);
    await writer.flush();
    await world.settled(writer);
  }
  const { rows } = await pool.query(
    `select count(*) as calls, count(*) filter (where u.conversation_id = r.conversation_id) as right
     from batch_message as m
     join usage as u on u.request_id = m.message_id
     join request as r on r.request_id = m.request_id`,
  );
  expect(records.length).toBeGreaterThan(5);
  expect(rows).toEqual([{ calls: records.length, right: records.length }]);
}, 60_000);
