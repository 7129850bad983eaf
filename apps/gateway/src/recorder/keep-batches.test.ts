import { afterAll, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { RecordedRequest } from '@nexus/core';
import { createExchangeKeeper } from './exchange-keeper.ts';
import { packUpdates } from './pack-updates.ts';
import { readUpdates } from './read-updates.ts';
import { createExchangeRecord } from './test/exchange-record.ts';
import { createUpdateQueue } from './update-queue.ts';

const root = mkdtempSync(join(tmpdir(), 'nexus-batches-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const COUNT = 20_000;
const RESULTS = new TextEncoder().encode(
  Array.from({ length: COUNT }, (_, at) => {
    const message = { id: `msg_${at}`, type: 'message', model: 'claude-sonnet-4-5', usage: { input_tokens: 10 } };
    return `${JSON.stringify({ custom_id: `${at}`, result: { type: 'succeeded', message } })}\n`;
  }).join(''),
);
const PIECE_BYTES = 65_536;
const KEPT_BYTES_MAX = 120_000;

/** A queue and a keeper with nothing but a flush between them. */
function createDesk(liveRequestIds: readonly string[] = []) {
  const folder = mkdtempSync(join(root, 'writer-'));
  const records: RecordedRequest[] = [];
  const time = { nowMs: 1_000_000 };
  const queue = createUpdateQueue({ bytesMax: 64_000_000 });
  const keeper = createExchangeKeeper({
    writer: { folder, append: (recorded) => records.push(recorded), hasRoom: () => true },
    responseBytesMax: KEPT_BYTES_MAX,
    liveRequestIds: new Set(liveRequestIds),
    clock: () => time.nowMs,
    onRecorded: () => {},
    onEnded: () => {},
  });
  const flush = (): void => {
    const packed = packUpdates(queue.take().updates);
    for (const update of readUpdates(packed)) keeper.take(update, packed.buffers);
  };
  const pass = (requestId: string, bytes: Uint8Array): void => {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      queue.keepPiece(requestId, { bytes: bytes.slice(at, at + PIECE_BYTES), atMs: at });
      flush();
    }
  };
  return { keeper, queue, records, time, folder, flush, pass };
}

/** As it is known when the request goes out, and at its end. */
function createFetch(responseEncoding: string | null, responseBytes: number) {
  const end = createExchangeRecord({
    method: 'GET',
    path: '/v1/messages/batches/msgbatch_1/results',
    model: null,
    stream: false,
    responseHeaders: [['content-type', 'application/x-jsonl']],
    responseEncoding,
    responseBytes,
  });
  return { end, begin: { ...end, status: null, outcome: 'interrupted', responseEncoding: null } as const };
}

test.each([
  [null, RESULTS],
  ['gzip', new Uint8Array(gzipSync(RESULTS, { level: 1 }))],
])('results (%p) far longer than what is kept of them are counted whole', async (encoding, bytes) => {
  const { keeper, queue, records, flush, pass } = createDesk();
  const { begin, end } = createFetch(encoding, bytes.length);
  queue.begin(begin.requestId, () => begin, null);
  pass(begin.requestId, bytes);
  queue.end(end, null, []);
  flush();
  await keeper.settled();
  expect(records).toHaveLength(1);
  const [{ facts, payload, batchMessages } = { facts: null, payload: null, batchMessages: [] }] = records;
  expect(payload?.batch).toEqual({ succeeded: COUNT, unbilled: 0, unread: 0, isWhole: true });
  expect(facts).toMatchObject({ kind: 'batch', payload: 'truncated', usageEstimated: false });
  expect(payload?.responseBody?.byteLength).toBe(KEPT_BYTES_MAX);
  expect(new Set(batchMessages?.map(({ messageId }) => messageId)).size).toBe(COUNT);
});

test('a recorder that dies in the middle leaves what its journal has, and the rest is said to be missing', async () => {
  const dead = createDesk();
  const { begin, end } = createFetch(null, RESULTS.length);
  dead.queue.begin(begin.requestId, () => begin, null);
  dead.pass(begin.requestId, RESULTS.subarray(0, 100_000));
  dead.time.nowMs += 1_000;
  dead.keeper.tick();
  const spoolDir = mkdtempSync(join(root, 'spool-'));
  symlinkSync(dead.folder, join(spoolDir, 'dead'));

  const next = createDesk([begin.requestId]);
  next.keeper.resume(spoolDir);
  dead.queue.forgetSent();
  dead.queue.end(end, null, [{ bytes: RESULTS.slice(100_000), atMs: 9 }]);
  const packed = packUpdates(dead.queue.take().updates);
  for (const update of readUpdates(packed)) next.keeper.take(update, packed.buffers);
  await next.keeper.settled();
  const whole = new TextDecoder().decode(RESULTS.subarray(0, 100_000)).split('\n').length - 1;
  expect(next.records.map(({ payload }) => payload.batch)).toEqual([
    { succeeded: whole, unbilled: 0, unread: 0, isWhole: false },
  ]);
  expect(next.records[0]?.facts.usageEstimated).toBe(true);
});

test('closing in the middle counts what came, and the journal stays until it is counted', async () => {
  const { keeper, queue, records, time, folder, flush, pass } = createDesk();
  const { begin } = createFetch(null, 0);
  queue.begin(begin.requestId, () => ({ ...begin, status: 200 }), null);
  flush();
  pass(begin.requestId, RESULTS.subarray(0, 150_000));
  time.nowMs += 1_000;
  keeper.tick();
  keeper.finishAll();
  keeper.removeFinishedJournals();
  const journals = () => readdirSync(join(folder, 'open'));
  expect([records.length, journals().length]).toEqual([0, 1]);
  await keeper.settled();
  keeper.removeFinishedJournals();
  expect([records.length, journals().length]).toEqual([1, 0]);
});
