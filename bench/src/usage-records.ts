import type { RecordWriter } from '@nexus/storage';

/** What a recorder hands over. */
export type UsageRecord = Parameters<RecordWriter['append']>[0];

/** Calls begin here and go on for six days. */
export const FIRST_MS = Date.UTC(2026, 9, 28, 7);
const SPAN_MS = 6 * 86_400_000;

/** Call number `serial` of `count`: of 40 people in sessions of 50 calls; every tenth failed and was sent again. */
export function buildUsageRecord(serial: number, count: number): UsageRecord {
  const startedAtMs = FIRST_MS + Math.floor((serial * SPAN_MS) / count);
  const isFailed = serial % 10 === 3;
  const isAborted = serial % 31 === 7;
  const who = Math.floor(serial / 50) % 40;
  return {
    facts: {
      requestId: toId(startedAtMs, serial),
      conversationId: toId(FIRST_MS, Math.floor(serial / 50)),
      startedAtMs,
      domain: `team-${who % 5}.example`,
      keyId: `key-${who}`,
      accountId: serial % 97 === 0 ? null : `account-${Math.floor(serial / 50) % 8}`,
      sessionId: serial % 23 === 0 ? null : `session-${Math.floor(serial / 50)}`,
      agentId: null,
      parentAgentId: null,
      userId: serial % 7 === 0 ? null : `user-${who}`,
      project: `project-${Math.floor(serial / 150) % 60}`,
      method: 'POST',
      path: '/v1/messages',
      query: '',
      kind: serial % 5 === 0 ? 'auxiliary' : 'inference',
      model: MODELS[serial % MODELS.length] ?? null,
      modelServed: null,
      stream: true,
      status: isFailed ? 529 : 200,
      outcome: isFailed ? 'upstream-error' : isAborted ? 'aborted' : 'completed',
      errorCode: null,
      errorType: isFailed ? 'overloaded_error' : null,
      stopReason: isFailed || isAborted ? null : 'end_turn',
      usage: isFailed ? null : toUsage(serial),
      usageEstimated: isAborted,
      cost: isFailed ? null : toCost(serial),
      firstByteMs: 210,
      firstTokenMs: isFailed ? null : 200 + (serial % 900),
      durationMs: 500 + ((serial * 7_919) % 90_000),
      requestBytes: 300,
      responseBytes: 500,
      upstreamRequestId: null,
      userAgent: null,
      messageCount: 1,
      toolNames: serial % 3 === 0 ? ['Bash', `tool-${serial % 12}`] : [],
      preview: '',
      payload: 'none',
    },
    payload: {
      requestHeaders: [],
      responseHeaders: [],
      phases: {},
      requestBody: null,
      responseBody: null,
      responseEncoding: null,
      responseTimings: [],
    },
  };
}

const MODELS = ['claude-opus-4-5', 'claude-sonnet-4-5', 'claude-haiku-4-5', null];

function toUsage(serial: number): NonNullable<UsageRecord['facts']['usage']> {
  return {
    inputTokens: serial % 1_000,
    outputTokens: serial % 300,
    cacheReadTokens: 40_000,
    cacheWrite5mTokens: serial % 700,
    cacheWrite1hTokens: serial % 3,
    thinkingTokens: serial % 100,
    serverToolUses: {},
    iterations: [],
    serviceTier: null,
    speed: null,
    inferenceGeo: null,
  };
}

function toCost(serial: number): UsageRecord['facts']['cost'] {
  if (serial % 41 === 0) return { nanoDollars: null, pricing: 'unpriced', priceVersion: 'v' };
  return {
    nanoDollars: 1_000 + serial,
    cacheSaved: serial % 500,
    pricing: serial % 43 === 0 ? 'guessed' : 'exact',
    priceVersion: 'v',
  };
}

/** A UUIDv7 of an instant; `serial` keeps those of one millisecond apart. */
function toId(atMs: number, serial: number): string {
  const time = atMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${serial.toString(16).padStart(12, '0')}`;
}
