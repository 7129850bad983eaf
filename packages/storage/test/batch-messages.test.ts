import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CLAUDE_PRICES,
  overridePrices,
  type PricedBatchMessage,
  type RecordedRequest,
  type RequestFacts,
  toRecordedCost,
} from '@nexus/core';
import { until } from '@nexus/testkit';
import { checkUsage, loadBatchUse, repriceUsage, runRetention } from '../src/index.ts';
import { buildAudit } from './audit.ts';
import { buildFacts, buildRecord, NOON_MS, toId } from './record.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

let world: WriterWorld;
beforeAll(async () => {
  world = await createWriterWorld();
});
afterAll(() => world.drop());
beforeEach(async () => {
  await world.storage.pool.query('truncate batch_message, usage, usage_minute, usage_hour, usage_day, usage_tool_day');
});

const USED = {
  ...buildFacts().usage,
  inputTokens: 1_000,
  outputTokens: 200,
  cacheReadTokens: 4_000,
  cacheWrite5mTokens: 100,
  cacheWrite1hTokens: 10,
  thinkingTokens: 0,
  serverToolUses: {},
  iterations: [],
  serviceTier: 'batch',
  speed: null,
  inferenceGeo: null,
};

function toMessage(messageId: string, model = 'claude-sonnet-4-5'): PricedBatchMessage {
  const cost = toRecordedCost(CLAUDE_PRICES, { usage: USED, model, modelServed: null, startedAtMs: NOON_MS });
  return { messageId, model, toolNames: ['look'], usage: USED, cost };
}

let serial = 0;
/** An exchange that fetched the results of a batch. */
function fetched(batchMessages: readonly PricedBatchMessage[], changes: Partial<RequestFacts> = {}): RecordedRequest {
  serial += 1;
  const facts = { kind: 'batch' as const, model: null, modelServed: null, usage: null, cost: null, ...changes };
  const tally = { succeeded: batchMessages.length, unbilled: 0, unread: 0, isWhole: true };
  const record = buildRecord(serial, { sessionId: null, ...facts }, { batch: tally });
  return { ...record, batchMessages };
}

async function sums() {
  const { rows } = await world.storage.pool.query(
    `select
       (select count(*)::int from batch_message) as messages,
       (select count(*)::int from usage where cost_nano is not null) as rows,
       (select sum(cost_nano)::bigint from usage) as cost,
       (select sum(input_tokens + output_tokens)::bigint from usage_hour) as tokens,
       (select sum(cost_nano)::bigint from usage_day) as day,
       (select sum(request_count)::int from usage_tool_day where tool = 'look') as tools`,
  );
  return rows[0];
}

/** Input 1,000 at 3,000, output 200 at 15,000, reads 4,000 at 300, writes 100 at 3,750 and 10 at 6,000: half of that. */
const SONNET_NANO = (3_000_000 + 3_000_000 + 1_200_000 + 375_000 + 60_000) / 2;
/** Haiku 4.5 costs a third of it. */
const HAIKU_NANO = SONNET_NANO / 3;

test('each message is usage of its own at half price, for whoever fetched it, in every sum', async () => {
  const writer = world.createWriter();
  const record = fetched([toMessage('msg_a'), toMessage('msg_b', 'claude-haiku-4-5')], { keyId: 'key-1' });
  writer.append(record);
  await world.settled(writer);
  const cost = SONNET_NANO + HAIKU_NANO;
  expect(await sums()).toEqual({ messages: 2, rows: 2, cost, tokens: 2_400, day: cost, tools: 2 });
  const { rows } = await world.storage.pool.query(
    'select domain, account_id, key_id, model, kind, cost_nano from usage where cost_nano is not null order by cost_nano',
  );
  const owner = { domain: 'team.example', account_id: 'account-a', key_id: 'key-1', kind: 'batch' };
  expect(rows).toEqual([
    { ...owner, model: 'claude-haiku-4-5', cost_nano: HAIKU_NANO },
    { ...owner, model: 'claude-sonnet-4-5', cost_nano: SONNET_NANO },
  ]);
  expect(await loadBatchUse(world.storage, record.facts.requestId)).toEqual({
    countedMessages: 2,
    totalTokens: 10_620,
    costNano: cost,
    unpricedCount: 0,
  });
  expect((await checkUsage(world.storage, { repair: false })).wrong).toEqual([]);
});

test('fetched again, by another account too, it is counted already; what is new in it is counted', async () => {
  const writer = world.createWriter();
  const told: RequestFacts[] = [];
  const other = world.createWriter({
    spoolDir: mkdtempSync(join(tmpdir(), 'storage-batch-')),
    onWritten: ({ batchMessages = [] }) => told.push(...batchMessages),
  });
  writer.append(fetched([toMessage('msg_a'), toMessage('msg_b')]));
  await world.settled(writer);
  const again = fetched([toMessage('msg_a'), toMessage('msg_b'), toMessage('msg_c'), toMessage('msg_c')], {
    accountId: 'account-b',
    startedAtMs: NOON_MS + 86_400_000,
  });
  other.append(again);
  other.append(fetched([toMessage('msg_a')]));
  await world.settled(other);
  const cost = 3 * SONNET_NANO;
  expect(await sums()).toEqual({ messages: 3, rows: 3, cost, tokens: 3_600, day: cost, tools: 3 });
  expect((await loadBatchUse(world.storage, again.facts.requestId)).countedMessages).toBe(1);
  expect(told.length).toBe(1);
  expect((await checkUsage(world.storage, { repair: false })).wrong).toEqual([]);
});

test('three processes that fetch overlapping results at once, one of which dies and is adopted, count each message once', async () => {
  const spools = [1, 2, 3].map(() => mkdtempSync(join(tmpdir(), 'storage-batch-')));
  const writers = spools.map((spoolDir) => world.createWriter({ spoolDir }));
  const messages = Array.from({ length: 3_000 }, (_, index) => toMessage(`msg_${index}`));
  for (const [at, writer] of writers.entries()) {
    const domain = `team-${at}.example`;
    writer.append(fetched(messages.slice(at * 500, at * 500 + 2_000), { domain }));
    writer.append(fetched(messages.toReversed(), { domain }));
  }
  await writers[0]?.close(0);
  const [spoolDir = ''] = spools;
  const heir = world.createWriter({ spoolDir });
  await Promise.all(
    [heir, ...writers.slice(1)].map((writer) =>
      until('all is written', () => (writer.stats().queuedRecords === 0 ? true : null), 60_000),
    ),
  );
  const cost = 3_000 * SONNET_NANO;
  expect(await sums()).toEqual({ messages: 3_000, rows: 3_000, cost, tokens: 3_600_000, day: cost, tools: 3_000 });
  expect(await checkUsage(world.storage, { repair: false })).toEqual({ checkedDays: 1, checkedRows: 3_006, wrong: [] });
  for (const spool of spools) rmSync(spool, { recursive: true, force: true });
}, 120_000);

test('messages are priced again like requests, half price included', async () => {
  const writer = world.createWriter();
  writer.append(fetched([toMessage('msg_own', 'my-own-model')]));
  await world.settled(writer);
  expect(await sums()).toMatchObject({ messages: 1, rows: 0, cost: null, day: 0 });
  const overridden = overridePrices(CLAUDE_PRICES, {
    version: 'v2',
    models: { 'my-own-model': { input: 1, output: 1 } },
  });
  if (!overridden.ok) throw new Error('these prices are right');
  const range = { fromMs: NOON_MS, toMs: NOON_MS };
  const report = await repriceUsage(world.storage, { ...range, prices: overridden.table, dryRun: false });
  // Input 1,000 and output 200 at 1,000, reads 4,000 at 100, writes 100 at 1,250 and 10 at 2,000: half of that.
  const cost = (1_000_000 + 200_000 + 400_000 + 125_000 + 20_000) / 2;
  expect(report).toEqual({ requestCount: 1, changedCount: 1, newlyPricedCount: 1, beforeNano: 0, afterNano: cost });
  expect(await sums()).toMatchObject({ rows: 1, cost, day: cost });
  expect((await checkUsage(world.storage, { repair: false })).wrong).toEqual([]);
});

test('that a message was counted is remembered as long as its usage, and as long as its results can be fetched', async () => {
  const writer = world.createWriter();
  const oldMs = NOON_MS - 100 * 86_400_000;
  const lateMs = NOON_MS - 32 * 86_400_000;
  writer.append(fetched([toMessage('msg_old')], { startedAtMs: oldMs, requestId: toId(oldMs, 901) }));
  writer.append(fetched([toMessage('msg_late')], { startedAtMs: lateMs, requestId: toId(lateMs, 902) }));
  await world.settled(writer);
  const rules = { payloadDays: 0, factsDays: 1, linksDays: 0 };
  await runRetention(world.storage, {
    rules,
    nowMs: NOON_MS,
    dryRun: false,
    toAudit: (detail) => buildAudit({ verb: 'retain', noun: 'storage', nounId: 'storage', detail }),
  });
  const { rows } = await world.storage.pool.query('select started_at from batch_message');
  expect(rows).toEqual([{ started_at: new Date(lateMs) }]);
});
