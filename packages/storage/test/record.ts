import type { RecordedRequest, RequestFacts, RequestPayload } from '@nexus/core';

/** A UUIDv7 of an instant; `serial` keeps ids of one millisecond apart and in order. */
export function toId(atMs: number, serial: number): string {
  const time = atMs.toString(16).padStart(12, '0');
  const tail = serial.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${tail}`;
}

/** An instant in the middle of a month, far from its borders. */
export const NOON_MS = Date.UTC(2026, 10, 17, 12, 0, 0);
export const CONVERSATION = '0199a000-0000-7000-8000-00000000c0de';

/** The facts of an ordinary request that went well. */
export function buildFacts(changes: Partial<RequestFacts> = {}): RequestFacts {
  const startedAtMs = changes.startedAtMs ?? NOON_MS;
  return {
    requestId: toId(startedAtMs, 1),
    conversationId: CONVERSATION,
    startedAtMs,
    domain: 'team.example',
    keyId: null,
    accountId: 'account-a',
    sessionId: 'session-a',
    agentId: null,
    parentAgentId: null,
    userId: null,
    project: null,
    method: 'POST',
    path: '/v1/messages',
    query: '',
    kind: 'inference',
    model: 'claude-sonnet-4-5',
    modelServed: 'claude-sonnet-4-5-20250929',
    stream: true,
    status: 200,
    outcome: 'completed',
    errorCode: null,
    errorType: null,
    stopReason: 'end_turn',
    usage: {
      inputTokens: 12,
      outputTokens: 34,
      cacheReadTokens: 56,
      cacheWrite5mTokens: 7,
      cacheWrite1hTokens: 8,
      thinkingTokens: 0,
      serverToolUses: {},
      iterations: [],
      serviceTier: null,
      speed: null,
      inferenceGeo: null,
    },
    usageEstimated: false,
    cost: { nanoDollars: 1_000, pricing: 'exact', priceVersion: '2026-11-20' },
    firstByteMs: 210,
    firstTokenMs: 260,
    durationMs: 1_900,
    requestBytes: 300,
    responseBytes: 500,
    upstreamRequestId: 'req_011',
    userAgent: 'claude-cli/2.1.329',
    messageCount: 1,
    toolNames: [],
    preview: 'hello',
    payload: 'stored',
    ...changes,
  };
}

/** A body as Claude Code sends it: tools and system first, then `texts` as alternating messages, the last one marked. */
export function buildBody(texts: readonly string[]): Uint8Array {
  const messages = texts.map((text, index) => ({
    role: index % 2 === 0 ? 'user' : 'assistant',
    content: [{ type: 'text', text, ...(index === texts.length - 1 ? { cache_control: { type: 'ephemeral' } } : {}) }],
  }));
  const body = {
    model: 'claude-sonnet-4-5',
    tools: [{ name: 'read', input_schema: { type: 'object' } }],
    system: [{ type: 'text', text: 'You are careful.', cache_control: { type: 'ephemeral' } }],
    messages,
    stream: true,
  };
  return Buffer.from(JSON.stringify(body));
}

export function buildPayload(changes: Partial<RequestPayload> = {}): RequestPayload {
  return {
    requestHeaders: [
      ['content-type', 'application/json'],
      ['x-api-key', '[secret]'],
    ],
    responseHeaders: [['content-type', 'text/event-stream']],
    phases: { receive: { startUs: 0, endUs: 120 }, forward: { startUs: 300, endUs: 1_900_000 } },
    requestBody: buildBody(['hello']),
    responseBody: Buffer.from('event: ping\ndata: {"type":"ping"}\n\n'.repeat(20)),
    responseEncoding: null,
    responseTimings: [
      [0, 100],
      [50.5, 620],
    ],
    ...changes,
  };
}

/** A record: request number `serial` of a conversation, one second after the one before. */
export function buildRecord(
  serial: number,
  facts: Partial<RequestFacts> = {},
  payload: Partial<RequestPayload> = {},
): RecordedRequest {
  const startedAtMs = facts.startedAtMs ?? NOON_MS + serial * 1_000;
  return {
    facts: buildFacts({ requestId: toId(startedAtMs, serial), ...facts, startedAtMs }),
    payload: buildPayload(payload),
  };
}
