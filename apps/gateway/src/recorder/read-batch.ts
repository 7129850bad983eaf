import { type BatchMessage, type BatchTally, isBatchResults, maskSecretText, readBatchResults } from '@nexus/anthropic';
import { type PriceTable, type PricedBatchMessage, toRecordedCost } from '@nexus/core';
import { decodeBody } from '@nexus/storage';
import type { EndedExchange } from './ended-exchange.ts';

/** What the results of a batch tell of messages that Claude bills. */
export interface BatchReading {
  readonly messages: readonly PricedBatchMessage[];
  readonly tally: BatchTally;
}

/** The results that an answer holds, at batch prices; null where it is none, or an error in their place. */
export function readBatch(exchange: EndedExchange, prices: PriceTable): BatchReading | null {
  const { method, path, status, startedAtMs } = exchange.record;
  if (method !== 'GET' || status !== 200 || !isBatchResults(path)) return null;
  const { messages, tally } = readResults(exchange);
  return { messages: messages.map((message) => toPriced(message, startedAtMs, prices)), tally };
}

const NOTHING_READ = { messages: [], tally: { succeeded: 0, unbilled: 0, unread: 0, isWhole: false } } as const;

function readResults({ record, responseBody, isTruncated, isPayloadDropped }: EndedExchange) {
  // Of a copy that lacks pieces in the middle, what looks like a line may be halves of two.
  const kept = isPayloadDropped ? null : responseBody;
  const body = kept === null ? null : decodeBody(kept, record.responseEncoding);
  if (body === null) return NOTHING_READ;
  const { messages, tally } = readBatchResults(body);
  const isWhole = tally.isWhole && !isTruncated && record.outcome === 'completed';
  return { messages, tally: { ...tally, isWhole } };
}

function toPriced(message: BatchMessage, startedAtMs: number, prices: PriceTable): PricedBatchMessage {
  const model = message.model === null ? null : maskSecretText(message.model);
  const { usage } = message;
  return { ...message, model, cost: toRecordedCost(prices, { usage, model, modelServed: null, startedAtMs }) };
}
