import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import type { RequestFacts } from '@nexus/core';
import { buildRecord, NOON_MS } from './record.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

let world: WriterWorld;
beforeAll(async () => {
  world = await createWriterWorld();
});
afterAll(() => world.drop());
beforeEach(async () => {
  await world.storage.pool.query(
    'truncate request, request_body, response_body, message_blob, fingerprint, chain_step, conversation, branch, usage, usage_minute, usage_hour, usage_day, usage_session_day, usage_tool_day',
  );
});

/** Sums of one table; for `usage` a row is one request. */
async function load(table: string): Promise<unknown> {
  const count = table === 'usage' ? 'count(*)' : 'sum(request_count)::bigint';
  const unpriced = table === 'usage' ? `count(*) filter (where pricing = 'unpriced')` : 'sum(unpriced_count)::bigint';
  const { rows } = await world.storage.pool.query(
    `select
       ${count} as requests,
       ${unpriced} as unpriced,
       sum(input_tokens)::bigint as input,
       sum(output_tokens)::bigint as output,
       sum(cost_nano)::bigint as cost,
       sum(cache_saved_nano)::bigint as saved,
       sum(duration_ms)::bigint as duration
     from ${table}`,
  );
  return rows[0];
}

test('each request is one row of usage, written with it, and minutes, hours and days add up to the same', async () => {
  const writer = world.createWriter();
  const costs: Partial<RequestFacts>[] = [
    { cost: { nanoDollars: 1_000, cacheSaved: 300, pricing: 'exact', priceVersion: 'v' } },
    { cost: { nanoDollars: null, pricing: 'unpriced', priceVersion: 'v' } },
    { cost: null, usage: null, outcome: 'refused', accountId: null, status: 429 },
  ];
  for (let serial = 1; serial <= 300; serial += 1) {
    const startedAtMs = NOON_MS + serial * 731_000;
    writer.append(buildRecord(serial, { startedAtMs, ...costs[serial % 3] }));
  }
  await world.settled(writer);
  const raw = await load('usage');
  expect(raw).toEqual({
    requests: 300,
    unpriced: 100,
    input: 2_400,
    output: 6_800,
    cost: 100_000,
    saved: 30_000,
    duration: 570_000,
  });
  expect([await load('usage_minute'), await load('usage_hour'), await load('usage_day')]).toEqual([raw, raw, raw]);
});

test('a record that is written again is not counted again', async () => {
  const records = [1, 2, 3].map((serial) => buildRecord(serial));
  for (let round = 0; round < 3; round += 1) {
    const writer = world.createWriter();
    for (const record of records) writer.append(record);
    await world.settled(writer);
    await writer.close(2_000);
  }
  // The links may be forgotten while a frame still lies in a spool: the usage itself is what must not count twice.
  await world.storage.pool.query('truncate fingerprint, chain_step');
  const writer = world.createWriter();
  for (const record of records) writer.append(record);
  await world.settled(writer);
  expect(await load('usage_hour')).toMatchObject({ requests: 3, cost: 3_000 });
});

/** Letters that no compression shortens, three bytes each: an entry of an index holds 2,704 bytes. */
function toLongName(seed: number): string {
  const letters = Array.from({ length: 200 }, (_, at) => 0x4e00 + ((at * 7_919 + seed * 104_729) % 20_000));
  return String.fromCodePoint(...letters);
}

test('usage is kept by who asked and what for; names of any length and script are written', async () => {
  const names = { userId: toLongName(1), project: toLongName(2), model: toLongName(3) };
  const writer = world.createWriter();
  writer.append(buildRecord(1, { userId: 'jane', project: '/home/jane/shop' }));
  writer.append(buildRecord(2, { userId: 'jane', project: null }));
  writer.append(buildRecord(3, { ...names, domain: `${'d'.repeat(240)}.example`, accountId: 'a'.repeat(128) }));
  await world.settled(writer);
  for (const table of ['usage', 'usage_minute', 'usage_hour', 'usage_day']) {
    const { rows } = await world.storage.pool.query(
      `select user_id as user, coalesce(project_id, '') as project from ${table}`,
    );
    expect(rows.toSorted((one, other) => (one.project < other.project ? -1 : 1))).toEqual([
      { user: 'jane', project: '' },
      { user: 'jane', project: '/home/jane/shop' },
      { user: names.userId, project: names.project },
    ]);
  }
});

test('histograms of latency are merged step by step', async () => {
  const writer = world.createWriter();
  for (const [serial, durationMs] of [5, 12, 12, 5, 1_900].entries()) {
    writer.append(buildRecord(serial + 1, { durationMs, firstTokenMs: serial === 0 ? null : 5, startedAtMs: NOON_MS }));
    await world.settled(writer);
  }
  const { rows } = await world.storage.pool.query('select first_token_histogram, duration_histogram from usage_day');
  const [row] = rows;
  expect(row.first_token_histogram).toEqual([4]);
  expect(row.duration_histogram).toEqual([2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
});
