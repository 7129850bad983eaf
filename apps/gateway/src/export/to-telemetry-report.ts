import { type RequestFacts, toBilledTokens } from '@nexus/core';

/** What TELEMETRY_ENDPOINT is told of a request. Token counts are those that are billed; null where nothing was counted. */
export interface TelemetryReport {
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly domain: string;
  /** `...` and the end of the id of the client key that was used: it names the key and is no part of its secret. */
  readonly apiKey: string | null;
  readonly model: string | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** Milliseconds. */
  readonly duration: number;
  readonly status: number | null;
  /** Tools that the answer called, each counted once. */
  readonly toolCallCount: number;
  readonly requestType: string;
  readonly error?: string;
}

/** How much of a key's id is told. */
const KEY_END_LENGTH = 10;

export function toTelemetryReport(facts: RequestFacts, errorType: string | null): TelemetryReport {
  const billed = facts.usage === null ? null : toBilledTokens(facts.usage);
  return {
    requestId: facts.requestId,
    timestamp: facts.startedAtMs,
    domain: facts.domain,
    apiKey: facts.keyId === null ? null : `...${facts.keyId.slice(-KEY_END_LENGTH)}`,
    model: facts.model,
    inputTokens: billed?.inputTokens ?? null,
    outputTokens: billed?.outputTokens ?? null,
    duration: facts.durationMs,
    status: facts.status,
    toolCallCount: facts.toolNames.length,
    requestType: facts.kind,
    ...(errorType === null ? {} : { error: errorType }),
  };
}
