import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readdirSync } from 'node:fs';
import { findRequest, findResponseBody, listRequests, rebuildRequestBody } from '../src/index.ts';
import { buildBody, buildRecord } from './record.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

let world: WriterWorld;
beforeAll(async () => {
  world = await createWriterWorld();
});
afterAll(() => world.drop());

test('a recorded request is read back as it was: facts, headers, phases and both bodies', async () => {
  const writer = world.createWriter();
  const record = buildRecord(1);
  writer.append(record);
  await world.settled(writer);
  const found = await findRequest(world.storage, record.facts.requestId);
  expect(found?.facts).toEqual(record.facts);
  expect(found?.requestHeaders).toEqual(record.payload.requestHeaders);
  expect(found?.phases).toEqual(record.payload.phases);
  expect(found?.requestBody?.method).toBe('slices');
  const body = await rebuildRequestBody(world.storage, record.facts.requestId);
  expect(Buffer.from(body?.bytes ?? [])).toEqual(Buffer.from(record.payload.requestBody ?? []));
  const answer = await findResponseBody(world.storage, record.facts.requestId);
  expect(Buffer.from(answer?.bytes ?? [])).toEqual(Buffer.from(record.payload.responseBody ?? []));
  expect(answer?.timings).toEqual([
    [0, 100],
    [50.5, 620],
  ]);
  await writer.close(5_000);
  expect(readdirSync(world.spoolDir)).toEqual([]);
});

test('every turn of a long conversation is rebuilt byte for byte, and its slices are stored once', async () => {
  const writer = world.createWriter();
  const conversationId = crypto.randomUUID();
  const texts = Array.from({ length: 150 }, (_, index) => `turn ${index} ${'lorem ipsum '.repeat(30)}${index}`);
  const records = texts.map((_, index) =>
    buildRecord(1000 + index, { conversationId }, { requestBody: buildBody(texts.slice(0, index + 1)) }),
  );
  for (const record of records) writer.append(record);
  await world.settled(writer);
  for (const record of records) {
    const body = await rebuildRequestBody(world.storage, record.facts.requestId);
    expect(Buffer.from(body?.bytes ?? []).equals(Buffer.from(record.payload.requestBody ?? []))).toBe(true);
  }
  const blobs = await world.storage.db
    .selectFrom('message_blob')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('conversation_id', '=', conversationId)
    .executeTakeFirstOrThrow();
  expect(blobs.count).toBe(texts.length + 2);
  const page = await listRequests(world.storage, { limit: 500 });
  expect(page.requests).toHaveLength(texts.length + 1);
});
