import { afterAll, beforeAll, expect, test } from 'bun:test';
import { CLAUDE_PRICES, overridePrices, type RequestFacts, toRecordedCost } from '@nexus/core';
import { checkUsage, repriceUsage } from '../src/index.ts';
import { buildFacts, buildRecord, NOON_MS } from './record.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

let world: WriterWorld;
beforeAll(async () => {
  world = await createWriterWorld();
  const writer = world.createWriter();
  for (let serial = 1; serial <= 12; serial += 1) {
    const model = serial % 2 === 0 ? 'my-own-model' : 'claude-sonnet-4-5';
    const startedAtMs = NOON_MS + serial * 3_600_000;
    const facts: RequestFacts = buildFacts({ model, modelServed: null, startedAtMs });
    writer.append(
      buildRecord(serial, { model, modelServed: null, startedAtMs, cost: toRecordedCost(CLAUDE_PRICES, facts) }),
    );
  }
  await world.settled(writer);
});
afterAll(() => world.drop());

/** Every place that a cost is added up in, with the same cost. */
const all = (cost: number) => ({ request: cost, usage: cost, day: cost, conversation: cost, branch: cost });

const range = { fromMs: NOON_MS, toMs: NOON_MS + 86_400_000 };

async function loadCosts(): Promise<unknown> {
  const { rows } = await world.storage.pool.query(
    `select
       (select sum(cost_nano)::bigint from request) as request,
       (select sum(cost_nano)::bigint from usage) as usage,
       (select sum(cost_nano)::bigint from usage_day) as day,
       (select sum(unpriced_count)::bigint from usage_hour) as unpriced,
       (select sum(cost_nano)::bigint from conversation) as conversation,
       (select sum(cost_nano)::bigint from branch) as branch,
       (select sum(unpriced_count)::bigint from conversation) as conversation_unpriced`,
  );
  return rows[0];
}

test('history is priced again by new prices, and every sum with it; a dry run changes nothing', async () => {
  const overridden = overridePrices(CLAUDE_PRICES, {
    version: 'v2',
    models: { 'my-own-model': { input: 1, output: 1 } },
  });
  if (!overridden.ok) throw new Error('these prices are right');
  const prices = overridden.table;
  // Input 12 and output 34 at 1,000, writes 7 at 1,250 and 8 at 2,000, reads 56 at 100.
  const own = 12_000 + 34_000 + 8_750 + 16_000 + 5_600;
  // Input 12 at 3,000, output 34 at 15,000, writes 7 at 3,750 and 8 at 6,000, reads 56 at 300.
  const sonnet = 36_000 + 510_000 + 26_250 + 48_000 + 16_800;
  const before = { ...all(6 * sonnet), unpriced: 6, conversation_unpriced: 6 };
  const report = {
    requestCount: 12,
    changedCount: 6,
    newlyPricedCount: 6,
    beforeNano: 6 * sonnet,
    afterNano: 6 * sonnet + 6 * own,
  };
  expect(await repriceUsage(world.storage, { ...range, prices, dryRun: true })).toEqual(report);
  expect(await loadCosts()).toEqual(before);
  expect(await repriceUsage(world.storage, { ...range, prices, dryRun: false })).toEqual(report);
  const sum = 6 * (sonnet + own);
  expect(await loadCosts()).toEqual({ ...all(sum), unpriced: 0, conversation_unpriced: 0 });
  expect((await checkUsage(world.storage, { repair: false })).wrong).toEqual([]);
  expect(await repriceUsage(world.storage, { ...range, prices, dryRun: false })).toMatchObject({ changedCount: 0 });
});
