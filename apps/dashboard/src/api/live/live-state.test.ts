import { describe, expect, test } from 'bun:test';
import type { LiveEvent } from '@nexus/contract';
import { sampleInFlight, sampleRequest } from '../sample-requests.ts';
import {
  EMPTY_LIVE_STATE,
  elapsedMs,
  ENDED_MAX,
  errorsInLastHour,
  type EndedEvent,
  reduceLive,
  tokensPerSecond,
} from './live-state.ts';

const start = Date.parse('2026-11-20T18:00:00.000Z');
const request = sampleInFlight();
const { requestId } = request;
const started: LiveEvent = { type: 'request-started', request };
const progress = (outputTokens: number): LiveEvent => {
  return {
    type: 'request-progress',
    requestId,
    status: 200,
    outputTokens,
    outputTokensEstimated: true,
    responseBytes: 9,
  };
};
const ended = (changes: Partial<EndedEvent> = {}): EndedEvent => {
  return {
    type: 'request-ended',
    requestId,
    status: 200,
    outcome: 'completed',
    errorCode: null,
    usage: null,
    usageEstimated: false,
    durationMs: 900,
    ...changes,
  };
};

describe('what is in flight', () => {
  test('an exchange starts, streams, ends, and is then recorded', () => {
    const streaming = reduceLive(
      EMPTY_LIVE_STATE,
      [started, { type: 'request-first-token', requestId, status: 200, firstTokenMs: 120 }, progress(7)],
      start + 200,
    );
    expect(streaming.inFlight).toEqual([
      { ...request, status: 200, firstTokenMs: 120, outputTokens: 7, responseBytes: 9 },
    ]);

    const over = reduceLive(streaming, [ended()], start + 900);
    expect(over.inFlight).toEqual([]);
    expect(over.ended[0]).toMatchObject({ requestId, seen: { outputTokens: 7 }, recorded: null });

    const recorded = reduceLive(over, [{ type: 'request-recorded', request: sampleRequest() }], start + 1_000);
    expect(recorded.ended).toHaveLength(1);
    expect(recorded.ended[0]).toMatchObject({ endedAtMs: start + 900, recorded: { preview: 'Hello' } });
  });

  test('a snapshot replaces what was known, and says nothing of a gap', () => {
    const before = reduceLive(EMPTY_LIVE_STATE, [started], start);
    const after = reduceLive(before, [{ type: 'snapshot', inFlight: [] }], start + 10);
    expect(after.inFlight).toEqual([]);
    expect(after.gapAtMs).toBeNull();
  });

  test('a gap is kept to be said', () => {
    const after = reduceLive(EMPTY_LIVE_STATE, [{ type: 'gap', inFlight: [request] }], start + 10);
    expect(after).toMatchObject({ gapAtMs: start + 10, inFlight: [request] });
  });

  test('events of an exchange that is not known change nothing', () => {
    expect(reduceLive(EMPTY_LIVE_STATE, [progress(5)], start).inFlight).toEqual([]);
  });

  test('an exchange whose end was never told leaves in the end', () => {
    const later = reduceLive(reduceLive(EMPTY_LIVE_STATE, [started], start), [], start + 30 * 60_000);
    expect(later.inFlight).toEqual([]);
  });

  test('only the last to end are kept', () => {
    const many = Array.from({ length: ENDED_MAX + 5 }, (_, index) => ended({ requestId: `r${index}` }));
    expect(reduceLive(EMPTY_LIVE_STATE, many, start).ended).toHaveLength(ENDED_MAX);
  });
});

describe('the figures of the strip', () => {
  test('tokens a second are told over five seconds, the last jump included', () => {
    const usage = {
      inputTokens: 1,
      outputTokens: 50,
      cacheReadTokens: 0,
      cacheWrite5mTokens: 0,
      cacheWrite1hTokens: 0,
    };
    const whole = {
      ...usage,
      thinkingTokens: 0,
      serverToolUses: {},
      iterations: [],
      serviceTier: null,
      speed: null,
      inferenceGeo: null,
    };
    const state = reduceLive(EMPTY_LIVE_STATE, [started, progress(10), progress(30), ended({ usage: whole })], start);
    expect(tokensPerSecond(state, start)).toBe(10);
    expect(tokensPerSecond(state, start + 5_000)).toBe(0);
  });

  test('an error counts for an hour, and a caller that left is none', () => {
    const state = reduceLive(
      EMPTY_LIVE_STATE,
      [ended({ requestId: 'a', outcome: 'upstream-error' }), ended({ requestId: 'b', outcome: 'aborted' })],
      start,
    );
    expect(errorsInLastHour(state, start + 3_599_000)).toBe(1);
    expect(errorsInLastHour(state, start + 3_600_000)).toBe(0);
  });

  test('a refusal that is only recorded counts once', () => {
    const refused: LiveEvent = {
      type: 'request-recorded',
      request: sampleRequest({ outcome: 'refused', status: 401 }),
    };
    expect(errorsInLastHour(reduceLive(EMPTY_LIVE_STATE, [refused], start), start)).toBe(1);
    const both = reduceLive(EMPTY_LIVE_STATE, [ended({ outcome: 'refused', status: 401 }), refused], start);
    expect(errorsInLastHour(both, start)).toBe(1);
  });

  test('elapsed time starts at zero, whatever the two clocks say', () => {
    const ahead = reduceLive(EMPTY_LIVE_STATE, [started], start + 7_000);
    expect(elapsedMs(request, ahead, start + 7_000)).toBe(0);
    expect(elapsedMs(request, ahead, start + 8_500)).toBe(1_500);
    expect(elapsedMs(request, { skewMs: null }, start - 5_000)).toBe(0);
  });
});
