import type { Fingerprint, RecordedRequest, RequestFacts } from '@nexus/core';
import type { Attempt, Turn } from '../../core/test/traffic.ts';
import { createChance, type Signals, writeMessages } from '../../core/test/write-down.ts';
import { createFingerprintRecord } from '../src/linking/fingerprint-record.ts';
import { buildFacts, buildPayload, toId } from './record.ts';

/** The made-up traffic of core's tests as a recorder would hand it over, with whole bodies. */
export function toRecords(turns: readonly Turn[], signals: Signals): RecordedRequest[] {
  return turns
    .filter(({ isSeen }) => isSeen)
    .flatMap((turn) => turn.attempts.map((attempt) => toRecord({ turn, attempt, signals })));
}

/** What linking must know of `records`, read by a reader that remembers nothing of them. */
export function toFingerprints(records: readonly RecordedRequest[]): Fingerprint[] {
  const fingerprintRecord = createFingerprintRecord();
  return records.map((record) => fingerprintRecord(record));
}

interface Sent {
  readonly turn: Turn;
  readonly attempt: Attempt;
  readonly signals: Signals;
}

function toRecord({ turn, attempt, signals }: Sent): RecordedRequest {
  const { startedAtMs, endedAtMs, outcome } = attempt;
  const serial = Number(attempt.requestId.split('-').at(-1));
  const chance = createChance(startedAtMs + turn.said.length * 31);
  const body = { model: 'claude-sonnet-4-5', messages: writeMessages(turn.said, chance) };
  const hasHeaders = signals === 'headers';
  const requestHeaders = hasHeaders ? [['x-claude-code-session-id', turn.sessionId] as const] : [];
  const facts: RequestFacts = buildFacts({
    requestId: toId(startedAtMs, serial),
    // Whoever shares nothing else shares this: bodies must come back whatever lies beside them.
    conversationId: '0199a000-0000-7000-8000-00000000c0de',
    startedAtMs,
    durationMs: endedAtMs - startedAtMs,
    domain: turn.domain,
    kind: turn.kind,
    outcome,
    sessionId: signals === 'none' ? null : turn.sessionId,
    agentId: hasHeaders ? turn.agentId : null,
    parentAgentId: hasHeaders ? turn.parentAgentId : null,
    preview: `of ${serial}`,
    stream: false,
  });
  const payload = buildPayload({
    requestHeaders,
    responseHeaders: [['content-type', 'application/json']],
    requestBody: Buffer.from(JSON.stringify(body)),
    responseBody: toAnswerBody(attempt),
  });
  return { facts, payload };
}

function toAnswerBody({ answer }: Attempt): Uint8Array | null {
  if (answer === null) return null;
  return Buffer.from(JSON.stringify({ type: 'message', role: 'assistant', content: answer }));
}
