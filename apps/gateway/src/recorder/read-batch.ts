import {
  type BatchMessage,
  type BatchResults,
  type BatchTally,
  createBatchReader,
  isBatchResults,
  maskSecretText,
} from '@nexus/anthropic';
import { type PriceTable, type PricedBatchMessage, toRecordedCost } from '@nexus/core';
import type { BatchFeed } from './batch-feed.ts';
import { createBodyDecoder } from './body-decoder.ts';
import type { EndedExchange } from './ended-exchange.ts';
import type { ExchangeRecord } from './recorder.ts';

/** What the results of a batch tell of messages that Claude bills. */
export interface BatchReading {
  readonly messages: readonly PricedBatchMessage[];
  readonly tally: BatchTally;
}

/** Whether an exchange fetched the results of a batch, and not an error in their place. */
export function hasBatch({ method, path, status }: ExchangeRecord): boolean {
  return method === 'GET' && status === 200 && isBatchResults(path);
}

/**
 * The results that an answer held: what `feed` read while they passed, else what is kept of them. Never rejects, whatever the
 * bytes are.
 */
export async function readBatch(exchange: EndedExchange, feed: BatchFeed | null): Promise<BatchResults> {
  const { outcome, responseEncoding, responseBytes } = exchange.record;
  const passed = await feed?.end(responseEncoding, responseBytes);
  const { messages, tally } = passed ?? (await readKept(exchange));
  return { messages, tally: { ...tally, isWhole: tally.isWhole && outcome === 'completed' } };
}

/** The same at batch prices. */
export function priceBatch(
  { messages, tally }: BatchResults,
  { startedAtMs }: Pick<ExchangeRecord, 'startedAtMs'>,
  prices: PriceTable,
): BatchReading {
  return { messages: messages.map((message) => toPriced(message, startedAtMs, prices)), tally };
}

const NOTHING_READ = { messages: [], tally: { succeeded: 0, unbilled: 0, unread: 0, isWhole: false } } as const;

async function readKept({ record, responseBody, isTruncated, isPayloadDropped }: EndedExchange): Promise<BatchResults> {
  const reader = createBatchReader();
  const decoder = createBodyDecoder({
    contentEncoding: record.responseEncoding,
    // It is in memory already.
    backlogBytesMax: Infinity,
    onBytes: (bytes) => reader.add(bytes),
  });
  // Of a copy that lacks pieces in the middle, what looks like a line may be halves of two.
  if (responseBody === null || isPayloadDropped || decoder === null) return NOTHING_READ;
  decoder.write(responseBody);
  const isDecoded = await decoder.end();
  const { messages, tally } = reader.end();
  return { messages, tally: { ...tally, isWhole: tally.isWhole && isDecoded && !isTruncated } };
}

function toPriced(message: BatchMessage, startedAtMs: number, prices: PriceTable): PricedBatchMessage {
  const model = message.model === null ? null : maskSecretText(message.model);
  const { usage } = message;
  return { ...message, model, cost: toRecordedCost(prices, { usage, model, modelServed: null, startedAtMs }) };
}
