import { afterAll, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedRequest } from '@nexus/core';
import { type ExchangeKeeper, createExchangeKeeper } from './exchange-keeper.ts';
import { packUpdates } from './pack-updates.ts';
import { readUpdates } from './read-updates.ts';
import { createAnswerEvents, createExchangeRecord, createRequestBody } from './test/exchange-record.ts';
import { type UpdateQueue, createUpdateQueue } from './update-queue.ts';

const root = mkdtempSync(join(tmpdir(), 'nexus-keeper-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('a streamed exchange that takes many flushes is one record with all its bytes', () => {
  const { keeper, queue, flush, records } = createDesk();
  const record = createExchangeRecord();
  const body = createRequestBody();
  const events = createAnswerEvents();
  queue.begin(record.requestId, () => record, body);
  flush();
  for (let offset = 0; offset < events.byteLength - 10; offset += 10) {
    queue.keepPiece(record.requestId, { bytes: events.slice(offset, offset + 10), atMs: offset });
    flush();
  }
  const kept = Math.floor((events.byteLength - 1) / 10) * 10;
  queue.end({ ...record, durationMs: 99 }, null, [{ bytes: events.slice(kept), atMs: kept }]);
  flush();
  expect(records).toHaveLength(1);
  expect(records[0]?.payload.requestBody).toEqual(body);
  expect(records[0]?.payload.responseBody).toEqual(events);
  expect(records[0]?.facts).toMatchObject({ durationMs: 99, stopReason: 'end_turn' });
  expect(keeper.stats()).toMatchObject({ openExchanges: 0, openBytes: 0 });
});

test('an exchange longer than a second is on disk without secrets, and its file goes when its record is safe', () => {
  const { keeper, queue, flush, records, time, folder } = createDesk();
  const secret = 'sk-ant-api03-PLANTEDSECRETPLANTEDSECRET';
  const record = createExchangeRecord({ requestHeaders: [['x-api-key', secret]] });
  queue.begin(record.requestId, () => record, createRequestBody());
  flush();
  time.nowMs += 1000;
  keeper.tick();
  const [file] = readdirSync(join(folder, 'open'));
  expect(file).toBe(`${record.requestId}.journal`);
  expect(keeper.stats().openBytes).toBe(0);
  const events = createAnswerEvents();
  queue.keepPiece(record.requestId, { bytes: events.slice(0, 50), atMs: 1 });
  flush();
  keeper.tick();
  expect(readFileSync(join(folder, 'open', file ?? ''), 'latin1')).not.toContain('PLANTEDSECRET');
  queue.end(record, null, [{ bytes: events.slice(50), atMs: 2 }]);
  flush();
  expect(records[0]?.payload.responseBody).toEqual(events);
  expect(Buffer.from(records[0]?.payload.requestBody ?? [])).toEqual(Buffer.from(createRequestBody()));
  time.nowMs += 5000;
  keeper.tick();
  expect(readdirSync(join(folder, 'open'))).toEqual([]);
});

test('a large answer leaves memory for the disk, and beyond its bound the rest is counted and not kept', () => {
  const { keeper, queue, flush, records } = createDesk({ responseBytesMax: 3_000_000 });
  const record = createExchangeRecord({ responseBytes: 5_000_000 });
  queue.begin(record.requestId, () => record, createRequestBody());
  for (let count = 0; count < 5; count += 1) {
    queue.keepPiece(record.requestId, { bytes: new Uint8Array(1_000_000).fill(65 + count), atMs: count });
    flush();
    expect(keeper.stats().openBytes).toBeLessThanOrEqual(1_100_000);
  }
  queue.end(record, null, []);
  flush();
  const payload = records[0]?.payload;
  expect(payload?.responseBody?.byteLength).toBe(3_000_000);
  expect(payload?.responseTimings).toHaveLength(5);
  expect(records[0]?.facts).toMatchObject({ payload: 'truncated', usageEstimated: true });
});

test('what a process that died left behind is recorded as interrupted, and what had ended as it ended', () => {
  const dead = createDesk();
  const running = createExchangeRecord({ outcome: 'interrupted', responseHeaders: [], durationMs: 0 });
  const ended = createExchangeRecord();
  for (const record of [running, ended]) dead.queue.begin(record.requestId, () => record, createRequestBody());
  dead.queue.keepPiece(running.requestId, { bytes: createAnswerEvents().slice(0, 300), atMs: 1234 });
  dead.flush();
  dead.time.nowMs += 1000;
  dead.keeper.tick();
  dead.queue.end(ended, null, []);
  dead.flush();
  const next = createDesk();
  next.keeper.adopt(dead.folder);
  expect(next.records.map(({ facts }) => [facts.requestId, facts.outcome])).toEqual([
    [running.requestId, 'interrupted'],
    [ended.requestId, 'completed'],
  ]);
  expect(next.records[0]?.facts).toMatchObject({ durationMs: 1246, responseBytes: 300, usageEstimated: true });
  next.keeper.adopt(dead.folder);
  expect(next.records).toHaveLength(2);
});

test('what is learnt of a running exchange reaches its journal, and an interrupted one lasted until its process died', () => {
  const dead = createDesk();
  const record = createExchangeRecord({ outcome: 'interrupted', status: null, firstByteMs: null, durationMs: 1 });
  const silent = createExchangeRecord({ outcome: 'interrupted', status: null, firstByteMs: null, durationMs: 1 });
  for (const each of [record, silent]) {
    dead.queue.begin(each.requestId, () => ({ ...each, startedAtMs: dead.time.nowMs }), createRequestBody());
  }
  dead.flush();
  dead.time.nowMs += 1000;
  dead.keeper.tick();
  dead.queue.refresh(record.requestId, () => ({ ...record, status: 200, firstByteMs: 1500 }), null);
  dead.queue.keepPiece(record.requestId, { bytes: createAnswerEvents().slice(0, 300), atMs: 8000 });
  dead.flush();
  dead.time.nowMs += 3000;
  dead.keeper.tick();
  const next = createDesk();
  next.keeper.adopt(dead.folder);
  expect(next.records.map(({ facts }) => [facts.status, facts.durationMs, facts.responseBytes])).toEqual([
    [200, 9500, 300],
    [null, 4000, 0],
  ]);
});

test('an exchange that outlives its recorder keeps its request and the beginning of its answer', () => {
  const dead = createDesk();
  const record = createExchangeRecord({ responseBytes: 100 });
  const events = createAnswerEvents();
  const { nextDesk, resume } = succeed(dead);
  dead.queue.begin(record.requestId, () => record, createRequestBody());
  dead.queue.keepPiece(record.requestId, { bytes: events.slice(0, 40), atMs: 1 });
  dead.flush();
  dead.time.nowMs += 1000;
  dead.keeper.tick();
  dead.queue.keepPiece(record.requestId, { bytes: events.slice(40, 60), atMs: 2 });
  dead.flush();
  dead.queue.forgetSent();
  const next = nextDesk([record.requestId]);
  resume(next);
  expect(next.keeper.stats()).toMatchObject({ openExchanges: 1, openBytes: 0 });
  expect(readdirSync(join(next.folder, 'open'))).toEqual([`${record.requestId}.journal`]);
  dead.queue.end(record, null, [{ bytes: events.slice(60, 100), atMs: 3 }]);
  const packed = packUpdates(dead.queue.take().updates);
  for (const update of readUpdates(packed)) next.keeper.take(update, packed.buffers);
  expect(next.records).toHaveLength(1);
  expect(next.records[0]?.facts).toMatchObject({ outcome: 'completed', payload: 'truncated' });
  expect(Buffer.from(next.records[0]?.payload.requestBody ?? [])).toEqual(Buffer.from(createRequestBody()));
  expect(Buffer.from(next.records[0]?.payload.responseBody ?? [])).toEqual(Buffer.from(events.slice(0, 40)));
});

test('an exchange whose end was written before its recorder died is recorded once, and whole', () => {
  const dead = createDesk();
  const record = createExchangeRecord();
  const events = createAnswerEvents();
  const { nextDesk, resume } = succeed(dead);
  dead.queue.begin(record.requestId, () => record, createRequestBody());
  dead.queue.keepPiece(record.requestId, { bytes: events, atMs: 1 });
  dead.flush();
  dead.time.nowMs += 1000;
  dead.keeper.tick();
  dead.queue.end({ ...record, responseBytes: events.byteLength }, null, []);
  const packed = packUpdates(dead.queue.take().updates);
  for (const update of readUpdates(packed)) dead.keeper.take(update, packed.buffers);
  const next = nextDesk(dead.queue.listOpen());
  resume(next);
  for (const update of readUpdates(packed)) next.keeper.take(update, []);
  next.keeper.adopt(dead.folder);
  expect(next.records.map(({ facts }) => [facts.outcome, facts.payload])).toEqual([['completed', 'stored']]);
  expect(Buffer.from(next.records[0]?.payload.responseBody ?? [])).toEqual(Buffer.from(events));
});

test('an exchange whose end is still to come is not taken for interrupted', () => {
  const dead = createDesk();
  const record = createExchangeRecord();
  dead.queue.begin(record.requestId, () => record, createRequestBody());
  dead.flush();
  dead.time.nowMs += 1000;
  dead.keeper.tick();
  const next = createDesk({ liveRequestIds: new Set([record.requestId]) });
  next.keeper.adopt(dead.folder);
  expect(next.records).toEqual([]);
});

test('closing ends what is open as interrupted', () => {
  const { keeper, queue, flush, records } = createDesk();
  const record = createExchangeRecord();
  queue.begin(record.requestId, () => record, createRequestBody());
  flush();
  keeper.finishAll();
  expect(records.map(({ facts }) => facts.outcome)).toEqual(['interrupted']);
});

test('a disk that refuses journals costs payload, never the record', () => {
  const { keeper, queue, flush, records } = createDesk({ folder: '/dev/null/nowhere' });
  const record = createExchangeRecord({ responseBytes: 2_000_000 });
  queue.begin(record.requestId, () => record, createRequestBody());
  queue.keepPiece(record.requestId, { bytes: new Uint8Array(2_000_000), atMs: 0 });
  flush();
  expect(keeper.stats().openBytes).toBe(0);
  queue.end(record, null, []);
  flush();
  expect(records[0]?.facts.payload).toBe('dropped');
  expect(keeper.stats().lastProblem).toContain('ENOTDIR');
  expect(keeper.stats().droppedPayloads).toBe(1);
});

test('an exchange whose journal went away is recorded without its bodies, counted, and its file is closed', () => {
  const { keeper, queue, flush, records, time, folder } = createDesk();
  const record = createExchangeRecord({ responseBytes: 4 });
  queue.begin(record.requestId, () => record, createRequestBody());
  flush();
  time.nowMs += 1000;
  keeper.tick();
  const path = join(folder, 'open', `${record.requestId}.journal`);
  expect(listOpenFiles()).toContain(path);
  rmSync(join(folder, 'open'), { recursive: true });
  queue.end(record, null, [{ bytes: new Uint8Array(4), atMs: 0 }]);
  flush();
  expect(records[0]?.facts).toMatchObject({ requestId: record.requestId, payload: 'dropped' });
  expect(keeper.stats()).toMatchObject({ openExchanges: 0, openBytes: 0, droppedPayloads: 1 });
  expect(keeper.stats().lastProblem).toContain('ENOENT');
  time.nowMs += 5000;
  keeper.tick();
  expect(listOpenFiles().filter((open) => open.startsWith(path))).toEqual([]);
});

test('a batch that comes again without its bytes is recorded as dropped', () => {
  const { keeper, queue, records } = createDesk();
  queue.end(createExchangeRecord(), createRequestBody(), [{ bytes: createAnswerEvents(), atMs: 0 }]);
  for (const update of readUpdates(packUpdates(queue.take().updates))) keeper.take(update, []);
  expect(records[0]?.facts).toMatchObject({ payload: 'dropped', outcome: 'completed' });
  expect(records[0]?.payload).toMatchObject({ requestBody: null, responseBody: null });
});

test('where storing is off, facts are told all the same and nothing is written', () => {
  const told: string[] = [];
  const keeper = createExchangeKeeper({
    writer: null,
    responseBytesMax: 1000,
    liveRequestIds: new Set(),
    clock: Date.now,
    onRecorded: ({ facts }) => told.push(facts.requestId),
    onEnded: () => {},
  });
  const queue = createUpdateQueue({ bytesMax: 1_000_000 });
  const record = createExchangeRecord();
  queue.end(record, createRequestBody(), []);
  const packed = packUpdates(queue.take().updates);
  for (const update of readUpdates(packed)) keeper.take(update, packed.buffers);
  expect(told).toEqual([record.requestId]);
});

test('above the bound of the spool no journal takes payload, and what was given up is counted once', () => {
  const { keeper, queue, flush, records } = createDesk({ isSpoolFull: true });
  const record = createExchangeRecord({ responseBytes: 4_000_000 });
  queue.begin(record.requestId, () => record, createRequestBody());
  for (let count = 0; count < 2; count += 1) {
    queue.keepPiece(record.requestId, { bytes: new Uint8Array(2_000_000), atMs: count });
    flush();
    expect(keeper.stats().openBytes).toBe(0);
    expect(keeper.stats().journalBytes).toBeLessThan(10_000);
  }
  expect(keeper.stats().journalBytes).toBeGreaterThan(0);
  queue.end(record, null, []);
  flush();
  expect(records[0]?.facts.payload).toBe('dropped');
  expect(keeper.stats()).toMatchObject({ journalBytes: 0, droppedPayloads: 1 });
});

/** Files that this process holds open, gone ones too. */
function listOpenFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });
}

interface Desk {
  readonly keeper: ExchangeKeeper;
  readonly queue: UpdateQueue;
  readonly records: RecordedRequest[];
  readonly time: { nowMs: number };
  readonly folder: string;
  readonly flush: () => void;
}

/** Desks of a process whose recorder died: they stand in the same spool. */
function succeed(dead: Desk) {
  const spoolDir = mkdtempSync(join(root, 'spool-'));
  symlinkSync(dead.folder, join(spoolDir, 'dead'));
  return {
    nextDesk: (liveRequestIds: readonly string[]) => createDesk({ liveRequestIds: new Set(liveRequestIds) }),
    resume: (next: Desk) => next.keeper.resume(spoolDir),
  };
}

/** A queue and a keeper with nothing but a flush between them, and a list where the writer would be. */
function createDesk(
  options: { responseBytesMax?: number; liveRequestIds?: Set<string>; folder?: string; isSpoolFull?: boolean } = {},
): Desk {
  const folder = options.folder ?? mkdtempSync(join(root, 'writer-'));
  const records: RecordedRequest[] = [];
  const time = { nowMs: 1_000_000 };
  const queue = createUpdateQueue({ bytesMax: 64_000_000 });
  const keeper = createExchangeKeeper({
    writer: { folder, append: (recorded) => records.push(recorded), hasRoom: () => !options.isSpoolFull },
    responseBytesMax: options.responseBytesMax ?? 64_000_000,
    liveRequestIds: options.liveRequestIds ?? new Set(),
    clock: () => time.nowMs,
    onRecorded: () => {},
    onEnded: () => {},
  });
  const flush = (): void => {
    const packed = packUpdates(queue.take().updates);
    for (const update of readUpdates(packed)) keeper.take(update, packed.buffers);
  };
  return { keeper, queue, records, time, folder, flush };
}
