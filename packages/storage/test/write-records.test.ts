import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import { createTestDatabase, type TestDatabase } from '@nexus/testkit';
import { array, assert, asyncProperty, json, string } from 'fast-check';
import { createPartitions } from '../src/migrations/ensure-partitions.ts';
import { findRequest, findResponseBody, listRequests, type RecordWriter, rebuildRequestBody } from '../src/index.ts';
import { buildBody, buildRecord, CONVERSATION, NOON_MS } from './record.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

// A database of its own for each test, on a server that stays up between them.
let kept: TestDatabase;
beforeAll(async () => {
  kept = await createTestDatabase();
});
afterAll(() => kept.drop());

let world: WriterWorld;
beforeEach(async () => {
  world = await createWriterWorld();
});
afterEach(() => world.drop());

type Recorded = ReturnType<typeof buildRecord>;

async function writeAll(writer: RecordWriter, records: readonly Recorded[]): Promise<void> {
  for (const record of records) writer.append(record);
  await world.settled(writer);
}

async function expectBodies(records: readonly Recorded[]): Promise<void> {
  for (const { facts, payload } of records) {
    const body = await rebuildRequestBody(world.storage, facts.requestId);
    expect(toHex(body?.bytes)).toBe(toHex(payload.requestBody ?? undefined));
  }
}

function toHex(bytes: Uint8Array = new Uint8Array()): string {
  return Buffer.from(bytes).toString('hex');
}

async function listBodies() {
  return world.storage.db
    .selectFrom('request_body')
    .select(['request_id', 'method', 'base_id', 'keyframe_id', 'keep'])
    .orderBy('started_at')
    .execute();
}

async function countBlobs(): Promise<number> {
  const row = await world.storage.db
    .selectFrom('message_blob')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return row.count;
}

/** Bodies of a conversation that grows by one message a turn. */
function buildTurns(count: number, facts: Parameters<typeof buildRecord>[1] = {}): Recorded[] {
  const texts = Array.from({ length: count }, (_, index) => `turn ${index}: ${'words and words '.repeat(20)}`);
  return texts.map((_, index) => buildRecord(index + 1, facts, { requestBody: buildBody(texts.slice(0, index + 1)) }));
}

test('a recorded request is read back as it was: facts, headers, phases, timings and both bodies', async () => {
  const record = buildRecord(1);
  await writeAll(world.createWriter(), [record]);
  const found = await findRequest(world.storage, record.facts.requestId);
  expect(found?.facts).toEqual({ ...record.facts, conversationId: found?.facts.conversationId ?? '' });
  expect(found?.requestHeaders).toEqual(record.payload.requestHeaders);
  expect(found?.responseHeaders).toEqual(record.payload.responseHeaders);
  expect(found?.phases).toEqual(record.payload.phases);
  expect(found?.requestBody).toMatchObject({ method: 'slices', rawBytes: record.payload.requestBody?.byteLength });
  expect(found?.responseBody?.timings).toEqual([
    [0, 100],
    [50.5, 620],
  ]);
  const answer = await findResponseBody(world.storage, record.facts.requestId);
  expect(toHex(answer?.bytes)).toBe(toHex(record.payload.responseBody ?? undefined));
  expect(answer?.sha256).toBe(found?.responseBody?.sha256 ?? '');
  await expectBodies([record]);
});

test('every turn of a conversation is rebuilt byte for byte, its slices are stored once, and chains have at most 32 links', async () => {
  const records = buildTurns(100);
  const writer = world.createWriter();
  await writeAll(writer, records.slice(0, 40));
  await writeAll(writer, records.slice(40));
  await expectBodies(records);
  // 100 messages, the tool and the system text.
  expect(await countBlobs()).toBe(102);
  const keyframes = (await listBodies()).map((body) => body.keyframe_id);
  expect(keyframes.filter((id) => id === keyframes[0])).toHaveLength(32);
  expect(new Set(keyframes).size).toBe(4);
});

test('a branch shares with the request it left from, not with the newest one', async () => {
  const trunk = buildTurns(6);
  const branch = buildRecord(
    50,
    {},
    {
      requestBody: buildBody(['turn 0: ' + 'words and words '.repeat(20), 'another way']),
    },
  );
  const writer = world.createWriter();
  await writeAll(writer, trunk);
  await writeAll(writer, [branch]);
  const row = (await listBodies()).find((body) => body.request_id === branch.facts.requestId);
  // Tool, system and the first message.
  expect(row).toMatchObject({ keep: 3, keyframe_id: trunk[0]?.facts.requestId ?? '' });
  await expectBodies([...trunk, branch]);
});

test('a body that cannot be cut is stored whole, an empty one is none, and both come back', async () => {
  const whole = ['', 'not json', '{"messages":', '[1,2]', '{"model":"m"}', '\u{FEFF}{}'].map((text, index) =>
    buildRecord(index + 1, {}, { requestBody: Buffer.from(text) }),
  );
  const none = buildRecord(90, { payload: 'none' }, { requestBody: null, responseBody: null });
  await writeAll(world.createWriter(), [...whole, none]);
  await expectBodies(whole);
  const found = await findRequest(world.storage, none.facts.requestId);
  expect(found).toMatchObject({ requestBody: null, responseBody: null, requestHeaders: none.payload.requestHeaders });
  expect(await rebuildRequestBody(world.storage, none.facts.requestId)).toBeNull();
  expect(await findResponseBody(world.storage, none.facts.requestId)).toBeNull();
});

test('a hostile number of tiny messages is stored whole, so that it costs the recorder little', async () => {
  const messages = Array.from({ length: 10_001 }, () => ({ role: 'user', content: 'x' }));
  const record = buildRecord(1, {}, { requestBody: Buffer.from(JSON.stringify({ model: 'm', messages })) });
  await writeAll(world.createWriter(), [record]);
  expect((await listBodies())[0]).toMatchObject({ method: 'whole', keyframe_id: null });
  await expectBodies([record]);
});

test('generated bodies come back byte for byte', async () => {
  const writer = world.createWriter();
  let serial = 0;
  await assert(
    asyncProperty(array(json(), { maxLength: 6 }), string(), async (messages, system) => {
      const text = `{"model":"m", "messages" : [${messages.join(' ,\n')}],"system":${JSON.stringify(system)}}`;
      serial += 1;
      writer.append(buildRecord(serial, {}, { requestBody: Buffer.from(text) }));
      if (serial % 100 === 0) await world.settled(writer);
    }),
    { numRuns: 400 },
  );
  await world.settled(writer);
  const { requests } = await listRequests(world.storage, { limit: 500 });
  expect(requests).toHaveLength(serial);
  // Rebuilding checks the hash of the bytes that came.
  for (const { requestId } of requests) expect(await rebuildRequestBody(world.storage, requestId)).not.toBeNull();
}, 30_000);

test('a conversation that crosses a month keeps its slices in both, so that the first can be dropped', async () => {
  const border = Date.UTC(2026, 11, 1);
  const texts = ['one', 'two', 'three', 'four'];
  const records = texts.map((_, index) => {
    const startedAtMs = border + (index - 2) * 1_000;
    return buildRecord(index, { startedAtMs }, { requestBody: buildBody(texts.slice(0, index + 1)) });
  });
  await writeAll(world.createWriter(), records);
  await expectBodies(records);
  await world.storage.pool.query(
    'drop table request_2026_11, request_body_2026_11, response_body_2026_11, message_blob_2026_11',
  );
  await expectBodies(records.slice(2));
});

test('a late record of a month without partitions makes them', async () => {
  const record = buildRecord(1, { startedAtMs: Date.UTC(2024, 1, 29) });
  await writeAll(world.createWriter(), [record]);
  await expectBodies([record]);
});

test('a partition that was dropped while the writer knew it is made again', async () => {
  const writer = world.createWriter();
  await writeAll(writer, [buildRecord(1)]);
  await world.storage.pool.query('drop table response_body_2026_11');
  await writeAll(writer, [buildRecord(2)]);
  const page = await listRequests(world.storage, { limit: 10 });
  expect(page.requests).toHaveLength(2);
});

test('one record that cannot be written costs itself alone', async () => {
  const records = Array.from({ length: 30 }, (_, index) =>
    buildRecord(index + 1, index === 13 ? { status: 99_999 } : {}),
  );
  const writer = world.createWriter();
  await writeAll(writer, records);
  const page = await listRequests(world.storage, { limit: 50 });
  expect(page.requests).toHaveLength(29);
  expect(writer.stats()).toMatchObject({ droppedRecords: 1, state: 'writing' });
  await expectBodies(records.filter((_, index) => index !== 13));
});

test('what PostgreSQL cannot hold in text is mended, and nothing is lost', async () => {
  const odd = 'a\0b\u{D800}c';
  const facts = {
    preview: odd,
    model: 'm'.repeat(9_000),
    userAgent: odd,
    toolNames: [odd],
    path: odd,
    durationMs: 1.6,
  };
  const usage = { serverToolUses: { [odd]: 2 }, iterations: [], serviceTier: null, speed: null, inferenceGeo: null };
  const counts = { inputTokens: 9e12, outputTokens: Number.NaN, cacheReadTokens: -3, cacheWrite5mTokens: 0 };
  const record = buildRecord(1, {
    ...facts,
    usage: { ...usage, ...counts, cacheWrite1hTokens: 0, thinkingTokens: 0.4 },
  });
  const writer = world.createWriter();
  await writeAll(writer, [record]);
  expect(writer.stats().droppedPayloads).toBe(0);
  const found = await findRequest(world.storage, record.facts.requestId);
  expect(found?.facts).toMatchObject({
    preview: 'a\u{FFFD}b\u{FFFD}c',
    toolNames: ['a\u{FFFD}b\u{FFFD}c'],
    model: 'm'.repeat(200),
    durationMs: 2,
    usage: { inputTokens: 2_147_483_647, outputTokens: 0, serverToolUses: { 'a\u{FFFD}b\u{FFFD}c': 2 } },
  });
});

test('four writers on the same conversations neither block each other nor break a body', async () => {
  const writers = Array.from({ length: 4 }, () => world.createWriter());
  const conversations = Array.from({ length: 3 }, (_, index) => CONVERSATION.replace('c0de', `000${index}`));
  const turns = buildTurns(20);
  const records = writers.map((_, at) =>
    turns.map((turn, index) => {
      const startedAtMs = NOON_MS + index * 1_000;
      const conversationId = conversations[(index + at) % 3] ?? CONVERSATION;
      return buildRecord(at * 100 + index, { startedAtMs, conversationId }, turn.payload);
    }),
  );
  await Promise.all(writers.map((writer, at) => writeAll(writer, records[at] ?? [])));
  const page = await listRequests(world.storage, { limit: 500 });
  expect(page.requests).toHaveLength(80);
  await expectBodies(records.flat());
});

test('without prepared statements, as behind a pooler, everything is written as well', async () => {
  const records = buildTurns(20);
  await writeAll(world.createWriter({ prepared: false }), records);
  await expectBodies(records);
});

test('months are made once, whoever asks at the same time', async () => {
  const months = ['2031-01-01', '2031-02-01'] as const;
  const made = await Promise.all(
    [1, 2, 3].map(async () => {
      const client = await world.storage.pool.connect();
      try {
        return await createPartitions(client, months);
      } finally {
        client.release();
      }
    }),
  );
  expect(made.flat().length).toBeGreaterThanOrEqual(2);
  const { rows } = await world.storage.pool.query(`select to_regclass('message_blob_2031_02') is not null as there`);
  expect(rows).toEqual([{ there: true }]);
});
