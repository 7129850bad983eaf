import { expect, test } from 'bun:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { buildRecord } from './build-record.ts';
import type { EndedExchange } from './ended-exchange.ts';
import { hasBatch, readBatch } from './read-batch.ts';
import type { ExchangeRecord } from './recorder.ts';
import { createExchangeRecord } from './test/exchange-record.ts';

const LINES = [1, 2].map((at) => {
  const message = { id: `msg_${at}`, type: 'message', model: 'claude-sonnet-4-5', usage: { input_tokens: 10 } };
  return `${JSON.stringify({ custom_id: `${at}`, result: { type: 'succeeded', message } })}\n`;
});
const RESULTS = Buffer.from(LINES.join(''));

async function build(changes: Partial<EndedExchange> = {}, record: Partial<ExchangeRecord> = {}) {
  const exchange: EndedExchange = {
    record: createExchangeRecord({
      method: 'GET',
      path: '/v1/messages/batches/msgbatch_1/results',
      model: null,
      stream: false,
      responseHeaders: [['content-type', 'application/x-jsonl']],
      responseBytes: RESULTS.length,
      ...record,
    }),
    requestBody: null,
    responseBody: RESULTS,
    responseTimings: [[0, RESULTS.length]],
    isTruncated: false,
    isPayloadDropped: false,
    ...changes,
  };
  const batch = hasBatch(exchange.record) ? await readBatch(exchange, null) : undefined;
  return buildRecord({ ...exchange, ...(batch === undefined ? {} : { batch }) });
}

test('results are read whatever they are packed in, each message at half the price', async () => {
  // 10 tokens at 3,000, half of that.
  const cost = { nanoDollars: 15_000, pricing: 'exact' };
  for (const [responseEncoding, encode] of [
    [null, (bytes: Buffer) => bytes],
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ] as const) {
    const { facts, payload, batchMessages } = await build({ responseBody: encode(RESULTS) }, { responseEncoding });
    expect(facts).toMatchObject({ kind: 'batch', usage: null, cost: null, usageEstimated: false });
    expect(payload.batch).toEqual({ succeeded: 2, unbilled: 0, unread: 0, isWhole: true });
    expect(batchMessages).toMatchObject([
      { messageId: 'msg_1', cost },
      { messageId: 'msg_2', cost },
    ]);
  }
});

test('of a copy that ends too early the whole lines are told, and that more may have been used', async () => {
  const cut = { responseBody: RESULTS.subarray(0, RESULTS.length - 5) };
  const one = { succeeded: 1, unbilled: 0, unread: 0, isWhole: false };
  for (const { facts, payload } of [
    await build({ ...cut, isTruncated: true }),
    await build(cut, { outcome: 'aborted' }),
  ]) {
    expect(payload.batch).toEqual(one);
    expect(facts.usageEstimated).toBe(true);
  }
  // Cut between two lines, only the outcome tells.
  const between = await build({ responseBody: Buffer.from(LINES[0] ?? '') }, { outcome: 'cut' });
  expect(between.payload.batch).toEqual(one);
});

test('a copy that lacks pieces, is gone or cannot be decoded is not guessed at', async () => {
  for (const { facts, payload, batchMessages } of [
    await build({ isPayloadDropped: true }),
    await build({ responseBody: null }),
    await build({}, { responseEncoding: 'unknown' }),
  ]) {
    expect(batchMessages).toBeUndefined();
    expect(payload.batch).toEqual({ succeeded: 0, unbilled: 0, unread: 0, isWhole: false });
    expect(facts.usageEstimated).toBe(true);
  }
});

test('nothing but fetched results is read as such', async () => {
  for (const changes of [
    { method: 'HEAD' },
    { status: 404 },
    { path: '/v1/messages/batches/msgbatch_1' },
    { path: '/v1/files/results' },
  ]) {
    const { facts, payload, batchMessages } = await build({}, changes);
    expect([payload.batch, batchMessages, facts.usageEstimated]).toEqual([undefined, undefined, false]);
  }
});
