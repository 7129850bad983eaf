import path from 'node:path';
import type { RecordedRequest, RequestFacts, RequestPayload } from '@nexus/core';
import { createRecordWriter } from '@nexus/storage';
import type { ApiWorld } from './api-world.ts';
import { nowOfOneDay } from './now-of-one-day.ts';

/** A whole hour of the recent past, so that roll-ups and lists of the last days hold what starts then. */
export const RECENT_MS = Math.floor(nowOfOneDay() / 3_600_000) * 3_600_000 - 3_600_000;

/** A UUIDv7 of `atMs`, as the data plane makes them. */
export function buildRequestId(atMs: number): string {
  return Bun.randomUUIDv7('hex', atMs);
}

export function buildFacts(overrides: Partial<RequestFacts> = {}): RequestFacts {
  const startedAtMs = overrides.startedAtMs ?? RECENT_MS;
  return {
    requestId: buildRequestId(startedAtMs),
    conversationId: '0197f1d2-aaaa-7000-8000-0000000000c0',
    startedAtMs,
    domain: 'team.example.com',
    keyId: null,
    accountId: 'file:team.example.com',
    sessionId: 's-1',
    agentId: null,
    parentAgentId: null,
    userId: null,
    project: null,
    method: 'POST',
    path: '/v1/messages',
    query: '?beta=true',
    kind: 'inference',
    model: 'claude-opus-4-5',
    modelServed: 'claude-opus-4-5-20251101',
    stream: false,
    status: 200,
    outcome: 'completed',
    errorCode: null,
    errorType: null,
    stopReason: 'end_turn',
    usage: {
      inputTokens: 12,
      outputTokens: 34,
      cacheReadTokens: 5,
      cacheWrite5mTokens: 6,
      cacheWrite1hTokens: 7,
      thinkingTokens: 0,
      serverToolUses: { web_search_requests: 1 },
      iterations: [],
      serviceTier: null,
      speed: null,
      inferenceGeo: null,
    },
    usageEstimated: false,
    cost: { nanoDollars: 1_000, pricing: 'exact', priceVersion: '2026-11-20' },
    firstByteMs: 120,
    firstTokenMs: 150,
    durationMs: 900,
    requestBytes: 300,
    responseBytes: 200,
    upstreamRequestId: 'req_01',
    userAgent: 'claude-cli/2.1',
    messageCount: 1,
    toolNames: ['Bash'],
    preview: 'Say hello',
    payload: 'stored',
    ...overrides,
  };
}

const encoder = new TextEncoder();

export const REQUEST_BODY = encoder.encode(
  JSON.stringify({
    model: 'claude-opus-4-5',
    max_tokens: 100,
    messages: [{ role: 'user', content: 'Say hello in 日本語 🙂' }],
  }),
);

export const RESPONSE_BODY = encoder.encode(
  JSON.stringify({ type: 'message', role: 'assistant', content: [{ type: 'text', text: 'こんにちは' }] }),
);

export function buildPayload(overrides: Partial<RequestPayload> = {}): RequestPayload {
  return {
    requestHeaders: [
      ['content-type', 'application/json'],
      ['x-api-key', 'nx_live_…'],
    ],
    responseHeaders: [
      ['content-type', 'application/json'],
      ['request-id', 'req_01'],
    ],
    phases: {
      receive: { startUs: 0, endUs: 80 },
      forward: { startUs: 120, endUs: 900_000 },
      'identify-domain': { startUs: 80, endUs: 95 },
    },
    requestBody: REQUEST_BODY,
    responseBody: RESPONSE_BODY,
    responseEncoding: null,
    responseTimings: [
      [0, 20],
      [14, RESPONSE_BODY.length - 20],
    ],
    ...overrides,
  };
}

export function buildRecord(facts: Partial<RequestFacts> = {}, payload: Partial<RequestPayload> = {}): RecordedRequest {
  return { facts: buildFacts(facts), payload: buildPayload(payload) };
}

/** Writes records as the recorder does, and returns once the database has them. */
export async function writeRecords(world: ApiWorld, records: readonly RecordedRequest[]): Promise<void> {
  if (world.connection === null) throw new Error('this world has no database');
  const writer = createRecordWriter({
    spoolDir: path.join(world.dataDir, 'spool'),
    connection: world.connection,
    prepared: true,
    limits: { memoryBytesMax: 67_108_864, spoolBytesMax: 268_435_456 },
    clock: Date.now,
    newId: () => Bun.randomUUIDv7(),
    log: { info() {}, warn() {}, error() {} },
  });
  for (const record of records) writer.append(record);
  await writer.close(30_000);
  const { writtenRecords, lastProblem } = writer.stats();
  if (writtenRecords !== records.length) {
    throw new Error(`${writtenRecords} of ${records.length} records were written: ${lastProblem}`);
  }
}
