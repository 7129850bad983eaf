import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { OUTCOMES } from '@nexus/core';
import { findRequest, rebuildRequestBody } from '@nexus/storage';
import { until } from '@nexus/testkit';
import type { Recorder } from '../../src/recorder/recorder.ts';
import {
  createAnswerEvents,
  createExchangeRecord,
  createRequestBody,
} from '../../src/recorder/test/exchange-record.ts';
import { createDatabaseDoor } from './database-door.ts';
import { NOWHERE, type RecorderDesk, awaitRows, createRecorderDesk, recordWhole, HOOK_MS } from './recorder-desk.ts';

const desk: { current: RecorderDesk | null } = { current: null };

beforeAll(async () => {
  desk.current = await createRecorderDesk();
}, HOOK_MS);
afterAll(async () => {
  await desk.current?.remove();
}, HOOK_MS);

test('every outcome gets its record, and listeners are told each once', async () => {
  const { storage, start } = getDesk();
  const recorder = start();
  const told: string[] = [];
  recorder.onRecorded((readFacts) => told.push(readFacts().requestId));
  const records = OUTCOMES.map((outcome) => createExchangeRecord({ outcome }));
  for (const record of records) {
    recorder.begin(record.requestId, () => record, createRequestBody());
    recordWhole(recorder, record, { request: createRequestBody(), response: createAnswerEvents() });
  }
  await awaitCount(recorder, records.length);
  for (const { requestId, outcome } of records) {
    const found = await findRequest(storage, requestId);
    expect(found?.facts.outcome).toBe(outcome);
  }
  expect(told.sort()).toEqual(records.map(({ requestId }) => requestId).sort());
  expect(recorder.stats()).toMatchObject({ state: 'writing', droppedPayloads: 0, droppedRecords: 0, openExchanges: 0 });
  await recorder.close(5000);
});

test('records wait while the database is away and are written when it is back', async () => {
  const { database, storage, start } = getDesk();
  const door = await createDatabaseDoor(database.connection);
  const recorder = start({ connection: door.connection });
  recordMany(recorder, 50);
  await awaitCount(recorder, 50);
  door.shut();
  const ids = recordMany(recorder, 300);
  // Of what is on its way to its thread right now, neither side may count everything.
  await until('the recorder spools all of them', () => {
    const { state, queuedRecords } = recorder.stats();
    return (state === 'spooling' && queuedRecords >= 300) || null;
  });
  expect(recorder.stats().lastProblem).not.toBeNull();
  door.open();
  await awaitCount(recorder, 350, 20_000);
  for (const requestId of ids) expect(await findRequest(storage, requestId)).not.toBeNull();
  expect(recorder.stats()).toMatchObject({ state: 'writing', queuedRecords: 0, droppedPayloads: 0, droppedRecords: 0 });
  await recorder.close(5000);
  await door.close();
}, 40_000);

test('records made before the database is known are written as soon as it is', async () => {
  const { database, start } = getDesk();
  const known = Promise.withResolvers<typeof database.connection>();
  const recorder = start({ connection: known.promise });
  recordMany(recorder, 20);
  await until('the worker has them', () => (recorder.stats().queuedRecords === 20 ? true : null));
  known.resolve(database.connection);
  await awaitCount(recorder, 20);
  await recorder.close(5000);
});

test('closing keeps its deadline with the database away, and the next recorder writes the rest', async () => {
  const { storage, start } = getDesk();
  const before = await countRows();
  const away = start({ connection: NOWHERE });
  recordMany(away, 40);
  await away.close(300);
  expect(await countRows()).toBe(before);
  const next = start();
  await awaitRows(storage, before + 40);
  await next.close(5000);
  expect(await countRows()).toBe(before + 40);
});

test('what is still open when the recorder closes is recorded as interrupted', async () => {
  const { storage, start } = getDesk();
  const recorder = start();
  const record = createExchangeRecord({ status: null });
  recorder.begin(record.requestId, () => record, createRequestBody());
  await recorder.close(5000);
  expect((await findRequest(storage, record.requestId))?.facts.outcome).toBe('interrupted');
});

describe('a recorder thread that dies', () => {
  test('is started again; what it had not taken is recorded without payload, and the program goes on', async () => {
    const { storage, start } = getDesk();
    const recorder = start({ workerModule: new URL('crashing-worker.ts', import.meta.url) });
    const open = createExchangeRecord();
    recorder.begin(open.requestId, () => open, createRequestBody());
    await until('the worker knows the open exchange', () => (recorder.stats().openExchanges === 1 ? true : null));
    const poison = createExchangeRecord({ path: '/crash' });
    recordWhole(recorder, poison, { request: createRequestBody(), response: null });
    await until('the crash is noticed', () => (recorder.stats().lastProblem === null ? null : true));
    expect(recorder.stats().lastProblem).toContain('told to die');
    const after = recordMany(recorder, 5);
    recordWhole(recorder, open, { request: createRequestBody(), response: createAnswerEvents() });
    await until('the thread works again', async () => findRequest(storage, open.requestId));
    for (const requestId of after) {
      await until('a later record', async () => findRequest(storage, requestId));
    }
    expect(await findRequest(storage, poison.requestId)).toBeNull();
    expect(recorder.stats().droppedRecords).toBe(1);
    await recorder.close(5000);
  }, 30_000);

  test('loses nothing of what it had taken, though its disk had not: the last word of a thread is what it holds', async () => {
    const { storage, start } = getDesk();
    const recorder = start({ workerModule: new URL('crashing-worker.ts', import.meta.url) });
    const last = createExchangeRecord({ path: '/crash-behind' });
    const taken = [...recordMany(recorder, 20), last.requestId];
    recordWhole(recorder, last, { request: createRequestBody(), response: createAnswerEvents() });
    await until('it died', () => (recorder.stats().lastProblem === null ? null : true));
    expect(recorder.stats().droppedRecords).toBe(0);
    for (const requestId of taken) {
      const found = await until('what was taken', async () => findRequest(storage, requestId));
      expect(found.facts.payload).toBe('stored');
    }
    await recorder.close(5000);
  }, 30_000);

  test('leaves running exchanges their requests and the beginnings of their answers, even where it dies twice', async () => {
    const { storage, spoolDir, start } = getDesk();
    const recorder = start({ workerModule: new URL('crashing-worker.ts', import.meta.url) });
    const events = createAnswerEvents();
    const open = createExchangeRecord({
      requestBytes: createRequestBody().byteLength,
      responseBytes: events.byteLength,
    });
    recorder.begin(open.requestId, () => open, createRequestBody());
    recorder.keepPiece(open.requestId, events.slice(0, 100), 5);
    await until('its journal has the piece', () => readJournalBytes(spoolDir, open.requestId) > 200 || null);
    for (const death of [1, 2]) {
      const told: string[] = [];
      recorder.onRecorded((readFacts) => told.push(readFacts().requestId));
      // Two threads die of it, then it is given up.
      recordWhole(recorder, createExchangeRecord({ path: '/crash' }), { request: null, response: null });
      await until(`death ${death}`, () => (recorder.stats().droppedRecords === death ? true : null));
      const [after = ''] = recordMany(recorder, 1);
      await until('the next thread works', () => (told.includes(after) ? true : null));
    }
    expect(await findRequest(storage, open.requestId)).toBeNull();
    recorder.end(open, null, [{ bytes: events.slice(100), atMs: 9 }]);
    const found = await until('its record', async () => findRequest(storage, open.requestId));
    expect(found.facts).toMatchObject({ outcome: 'completed', payload: 'truncated' });
    const body = await rebuildRequestBody(storage, open.requestId);
    expect(Buffer.from(body?.bytes ?? [])).toEqual(Buffer.from(createRequestBody()));
    expect(recorder.stats()).toMatchObject({ droppedPayloads: 1, openExchanges: 0 });
    await recorder.close(5000);
  }, 30_000);
});

test('with storing off nothing is written, and listeners are told all the same', async () => {
  const { start } = getDesk();
  const before = await countRows();
  const recorder = start({ spoolDir: null, connection: null });
  const told: string[] = [];
  recorder.onRecorded((readFacts) => told.push(readFacts().requestId));
  const ids = recordMany(recorder, 3);
  await until('three records', () => (told.length === 3 ? true : null));
  expect(told.sort()).toEqual(ids.sort());
  expect(recorder.stats().state).toBe('off');
  await recorder.close(1000);
  expect(await countRows()).toBe(before);
});

test('planted secrets stand in no row and no file of the spool', async () => {
  const { storage, spoolDir, start } = getDesk();
  const plant = 'PLANTEDSECRETPLANTEDSECRET';
  const away = start({ connection: NOWHERE });
  const record = createExchangeRecord({
    query: `?api_key=sk-ant-api03-${plant}`,
    requestHeaders: [
      ['x-api-key', `sk-ant-api03-${plant}`],
      ['authorization', `Bearer nx_live_${plant}`],
      ['proxy-authorization', `Basic ${plant}`],
      ['cookie', `session=${plant}`],
      ['x-custom', `see sk-ant-oat01-${plant}`],
    ],
    responseHeaders: [
      ['content-type', 'text/event-stream'],
      ['set-cookie', `cf=${plant}`],
    ],
  });
  const open = { ...record, requestId: Bun.randomUUIDv7() };
  away.begin(open.requestId, () => open, createRequestBody());
  recordWhole(away, record, { request: createRequestBody(), response: createAnswerEvents() });
  const journal = await until('the open exchange is journalled', () => findFile(spoolDir, `${open.requestId}.journal`));
  expect(journal).toContain(open.requestId);
  for (const file of listFiles(spoolDir)) expect(readFileSync(file, 'latin1')).not.toContain(plant);
  await away.close(100);
  for (const file of listFiles(spoolDir)) expect(readFileSync(file, 'latin1')).not.toContain(plant);
  const next = start();
  const found = await until('both records', async () => findRequest(storage, open.requestId));
  expect(found.facts.query).toBe('?api_key=***');
  expect(found.requestHeaders).toContainEqual(['cookie', 'session=***']);
  expect(JSON.stringify(found)).not.toContain(plant);
  await next.close(5000);
  for (const table of ['request', 'request_body', 'response_body', 'usage_hour'] as const) {
    const rows = await storage.db.selectFrom(table).selectAll().execute();
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(plant);
    expect(Buffer.from(JSON.stringify(rows)).includes(Buffer.from(plant))).toBe(false);
  }
}, 30_000);

function getDesk(): RecorderDesk {
  if (desk.current === null) throw new Error('the desk is made before the first test');
  return desk.current;
}

function recordMany(recorder: Recorder, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const record = createExchangeRecord({ affinityKey: `conversation ${index % 3}` });
    recordWhole(recorder, record, { request: createRequestBody(`question ${index}`), response: createAnswerEvents() });
    return record.requestId;
  });
}

async function awaitCount(recorder: Recorder, count: number, boundMs = 10_000): Promise<void> {
  await until(`${count} written`, () => (recorder.stats().writtenRecords === count ? true : null), boundMs);
}

async function countRows(): Promise<number> {
  const rows = await getDesk().storage.db.selectFrom('request').select('request_id').execute();
  return rows.length;
}

function listFiles(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Zero as long as there is none. */
function readJournalBytes(folder: string, requestId: string): number {
  const path = findFile(folder, `${requestId}.journal`);
  return path === null ? 0 : readFileSync(path).byteLength;
}

function findFile(folder: string, name: string): string | null {
  return listFiles(folder).find((file) => file.endsWith(name)) ?? null;
}
