import { describe, expect, test } from 'bun:test';
import type { EndedEvent, EndedRequest } from '../../api/live/live-state.ts';
import { sampleInFlight, sampleRequest } from '../../api/sample-requests.ts';
import { toOutput } from './to-output.ts';

const { requestId } = sampleRequest();

function usage(outputTokens: number): NonNullable<EndedEvent['usage']> {
  return {
    inputTokens: 12,
    outputTokens,
    cacheReadTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    thinkingTokens: 0,
    serverToolUses: {},
    iterations: [],
    serviceTier: null,
    speed: null,
    inferenceGeo: null,
  };
}

function endedAs(changes: Partial<EndedEvent>): EndedEvent {
  return {
    type: 'request-ended',
    requestId,
    status: 200,
    outcome: 'aborted',
    errorCode: null,
    usage: null,
    usageEstimated: false,
    durationMs: 900,
    ...changes,
  };
}

function one(changes: Partial<EndedRequest>): EndedRequest {
  return { requestId, endedAtMs: 0, seen: null, end: null, recorded: null, ...changes };
}

describe('output tokens of a request that ended', () => {
  test('are told by its end until the record is there, both with their mark', () => {
    const end = endedAs({ usage: usage(63), usageEstimated: true });
    const recorded = sampleRequest({ usage: usage(64), usageEstimated: true });
    expect(toOutput(one({ end }))).toEqual({ tokens: 63, isEstimated: true });
    expect(toOutput(one({ end, recorded }))).toEqual({ tokens: 64, isEstimated: true });
  });

  test('carry no mark where Claude counted to the end', () => {
    expect(toOutput(one({ end: endedAs({ usage: usage(9) }) }))).toEqual({ tokens: 9, isEstimated: false });
  });

  test('are what ticked last, where the end tells nothing', () => {
    const seen = sampleInFlight({ outputTokens: 57, outputTokensEstimated: true });
    expect(toOutput(one({ seen, end: endedAs({}) }))).toEqual({ tokens: 57, isEstimated: true });
  });

  test('are not told where nothing was used', () => {
    expect(toOutput(one({ seen: sampleInFlight(), end: endedAs({}) }))).toBeNull();
    expect(toOutput(one({ recorded: sampleRequest(), end: endedAs({}) }))).toBeNull();
  });
});
