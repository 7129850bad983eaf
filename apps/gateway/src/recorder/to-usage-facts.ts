import { type AnswerState, type Usage, estimateUsage } from '@nexus/anthropic';
import type { Outcome } from '@nexus/core';
import type { ExchangeRecord } from './recorder.ts';

/** What an exchange used. */
export interface UsageFacts {
  readonly usage: Usage | null;
  /** True where Claude's final count never came, and `usage` is a floor. */
  readonly usageEstimated: boolean;
}

type UsedExchange = Pick<ExchangeRecord, 'method' | 'path' | 'outcome' | 'phases' | 'requestBytes'>;

/**
 * Claude's count where it is final, else a floor told from what was seen. The record and the live feed both ask here, so that
 * a watcher is told at the end what the list of requests will show.
 */
export function toUsageFacts(exchange: UsedExchange, answer: AnswerState | null): UsageFacts {
  const counted = answer?.usage ?? null;
  if (answer?.usageFinal === true) return { usage: counted, usageEstimated: false };
  const wasForwarded = exchange.outcome === 'interrupted' || exchange.phases['forward'] !== undefined;
  if (!isInference(exchange) || !wasForwarded || !UNCOUNTED.has(exchange.outcome)) {
    return { usage: counted, usageEstimated: counted !== null };
  }
  // An error before any count: Claude did no work that it would charge.
  if (exchange.outcome === 'stream-error' && counted === null) return { usage: null, usageEstimated: false };
  const usage = estimateUsage({
    counted,
    outputBytes: answer?.contentBytes ?? 0,
    requestBytes: exchange.requestBytes,
  });
  return { usage, usageEstimated: true };
}

/** Outcomes after which Claude may have counted more than it told. */
const UNCOUNTED: ReadonlySet<Outcome> = new Set([
  'completed',
  'cut',
  'aborted',
  'timed-out',
  'interrupted',
  'stream-error',
]);

/** Whether an exchange asked for a message. */
export function isInference({ method, path }: Pick<ExchangeRecord, 'method' | 'path'>): boolean {
  return method === 'POST' && path === '/v1/messages';
}
