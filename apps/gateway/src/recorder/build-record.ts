import {
  type AnswerState,
  type BatchTally,
  type RequestDescription,
  describeAnswer,
  describeRequest,
  readCallSettings,
  findHeader,
  maskSecretText,
} from '@nexus/anthropic';
import {
  CLAUDE_PRICES,
  type PriceTable,
  type Outcome,
  type PayloadState,
  type PricedAbandonedCall,
  type RecordedRequest,
  type RequestFacts,
  toRecordedCost,
} from '@nexus/core';
import { toConversationId } from './conversation-id.ts';
import { decodeBody } from '@nexus/storage';
import type { EndedExchange } from './ended-exchange.ts';
import { maskRecord } from './mask-record.ts';
import { priceBatch } from './read-batch.ts';
import type { ExchangeRecord } from './recorder.ts';
import { isInference, toUsageFacts } from './to-usage-facts.ts';

/** Makes the record that is stored: bodies read, usage told, secrets masked. Never throws for any bytes. */
export function buildRecord(exchange: EndedExchange, prices: PriceTable = CLAUDE_PRICES): RecordedRequest {
  const record = maskRecord(exchange.record);
  const { requestHeaders, responseHeaders } = record;
  const body = attempt(() => readRequestBody(exchange));
  const request = attempt(() => readRequest(exchange, body));
  const settings = isInference(record) ? readCallSettings(body) : null;
  const batch = attempt(() => exchange.batch && priceBatch(exchange.batch, record, prices)) ?? null;
  const answer = batch === null ? attempt(() => readAnswer(exchange)) : null;
  const facts: Omit<RequestFacts, 'cost'> = {
    ...toPassedFacts(record),
    ...toDescribedFacts(record, request),
    ...toAnswerFacts(exchange, answer),
    // What could not be read of a batch is in no sum: the request says so.
    ...(batch !== null && isDoubtful(batch.tally) ? { usageEstimated: true } : {}),
    // An answer of ours carries our own id under the same name.
    upstreamRequestId: isAnsweredByUs(record) ? null : findHeader(responseHeaders, 'request-id'),
    userAgent: findHeader(requestHeaders, 'user-agent')?.slice(0, USER_AGENT_LENGTH_MAX) ?? null,
    payload: toPayloadState(exchange),
  };
  const abandonedCalls = priceAbandoned(record, facts, prices);
  const abandonedNano = abandonedCalls.reduce((sum, { cost }) => sum + (cost?.nanoDollars ?? 0), 0);
  return {
    facts: {
      ...facts,
      cost: toRecordedCost(prices, facts),
      ...(abandonedNano > 0 ? { abandonedNano } : {}),
    },
    payload: {
      requestHeaders,
      responseHeaders,
      phases: record.phases,
      // A journal of a version that knew of no detail has none.
      ...(record.errorDetail ? { errorDetail: record.errorDetail } : {}),
      ...((record.attempts ?? []).length > 0 ? { attempts: record.attempts } : {}),
      ...(batch === null ? {} : { batch: batch.tally }),
      requestBody: exchange.requestBody,
      // Where pieces are missing nobody could tell which: half an answer must not pass for a whole one.
      responseBody: exchange.isPayloadDropped ? null : exchange.responseBody,
      responseEncoding: record.responseEncoding,
      responseTimings: exchange.responseTimings,
    },
    ...(batch === null || batch.messages.length === 0 ? {} : { batchMessages: batch.messages }),
    ...(abandonedCalls.length === 0 ? {} : { abandonedCalls }),
    ...(settings === null ? {} : { settings }),
  };
}

/** By the model that was asked for: each was sent the same request. */
function priceAbandoned(
  { abandonedCalls = [] }: ExchangeRecord,
  { model, startedAtMs }: Pick<RequestFacts, 'model' | 'startedAtMs'>,
  prices: PriceTable,
): PricedAbandonedCall[] {
  return abandonedCalls.map(({ accountId, status, outcome, usage }) => {
    const cost = toRecordedCost(prices, { model, modelServed: null, startedAtMs, usage });
    return { accountId, status, outcome, usage, cost };
  });
}

function isDoubtful({ unread, isWhole }: BatchTally): boolean {
  return unread > 0 || !isWhole;
}

const USER_AGENT_LENGTH_MAX = 200;

function isAnsweredByUs({ outcome, errorCode }: ExchangeRecord): boolean {
  return outcome === 'refused' || errorCode !== null;
}

/** Bodies are whatever a stranger sent: one that cannot be read costs its description, never the record. */
function attempt<T>(read: () => T | null): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function readRequestBody({ record, requestBody }: EndedExchange): unknown {
  return parseBody(requestBody, findHeader(record.requestHeaders, 'content-encoding'));
}

function readRequest({ record }: EndedExchange, body: unknown): RequestDescription {
  const key = { owner: record.keyOwner ?? null, project: record.keyProject ?? null };
  return describeRequest({ body, headers: record.requestHeaders, path: record.path, key });
}

function toPassedFacts(record: ExchangeRecord) {
  return {
    requestId: record.requestId,
    conversationId: toConversationId(record.domain, record.affinityKey),
    startedAtMs: record.startedAtMs,
    domain: record.domain,
    keyId: record.keyId,
    accountId: record.accountId,
    method: record.method,
    path: record.path,
    query: record.query,
    status: record.status,
    errorCode: record.errorCode,
    firstByteMs: record.firstByteMs,
    firstTokenMs: record.firstTokenMs,
    durationMs: record.durationMs,
    requestBytes: record.requestBytes,
    responseBytes: record.responseBytes,
  };
}

/** Where the body could not be read, what the byte scan found still stands. */
function toDescribedFacts(record: ExchangeRecord, request: RequestDescription | null) {
  return {
    kind: request?.kind ?? 'other',
    messageCount: request?.messageCount ?? 0,
    preview: maskSecretText(request?.preview ?? ''),
    model: maskName(request?.model ?? record.model),
    stream: request?.stream === true || record.stream,
    sessionId: maskName(request?.sessionId ?? record.sessionId),
    agentId: maskName(request?.agentId ?? null),
    parentAgentId: maskName(request?.parentAgentId ?? null),
    userId: request?.userId ?? null,
    project: request?.project ?? null,
  };
}

/** A caller may have put a key where a name belongs. */
function maskName(name: string | null): string | null {
  return name === null ? null : maskSecretText(name);
}

function toAnswerFacts(exchange: EndedExchange, answer: AnswerState | null) {
  return {
    outcome: refineOutcome(exchange, answer),
    modelServed: maskName(answer?.modelServed ?? null),
    errorType: answer?.errorType ?? null,
    stopReason: answer?.stopReason ?? null,
    toolNames: answer?.toolNames ?? [],
    ...toUsageFacts(exchange.record, answer),
  };
}

/** Parsed JSON; null where there is no body, or none that can be read. */
function parseBody(body: Uint8Array | null, contentEncoding: string | null): unknown {
  const decoded = body === null ? null : decodeBody(body, contentEncoding);
  if (decoded === null || !looksLikeJson(decoded)) return null;
  try {
    return JSON.parse(new TextDecoder().decode(decoded));
  } catch {
    return null;
  }
}

/** Saves reading an uploaded file as text only to find that it is none. */
function looksLikeJson(bytes: Uint8Array): boolean {
  const start = bytes.findIndex((byte) => byte > 0x20);
  return bytes[start] === 0x7b || bytes[start] === 0x5b;
}

/** Null where the answer is none of Claude's, or its bytes cannot be read. */
function readAnswer({ record, responseBody }: EndedExchange): AnswerState | null {
  if (responseBody === null) return null;
  const mediaType = findHeader(record.responseHeaders, 'content-type')?.toLowerCase() ?? null;
  // An interrupted exchange left no answer headers: what was asked for decides.
  const stream = mediaType === null ? record.stream : mediaType.startsWith('text/event-stream');
  if (!stream && mediaType !== null && !mediaType.includes('json')) return null;
  const body = decodeBody(responseBody, record.responseEncoding);
  return body === null ? null : describeAnswer({ body, stream });
}

/** The data plane may not have read an encoded answer to its end; here it is read whole. */
function refineOutcome({ record, isTruncated }: EndedExchange, answer: AnswerState | null): Outcome {
  if (record.outcome !== 'completed' || answer === null || isTruncated || !isInference(record)) return record.outcome;
  if (answer.errorType !== null) return 'stream-error';
  return answer.ended ? 'completed' : 'cut';
}

function toPayloadState(exchange: EndedExchange): PayloadState {
  const { record, requestBody, responseBody } = exchange;
  if (exchange.isPayloadDropped) return 'dropped';
  const isRequestCut = requestBody === null && record.requestBytes > 0;
  if (exchange.isTruncated || isRequestCut) return 'truncated';
  return requestBody === null && responseBody === null ? 'none' : 'stored';
}
