import { expect, test } from 'bun:test';
import { judgeErrorType, judgeStatus } from './judge-answer.ts';
import { decideNextAttempt } from './next-attempt.ts';

const NOW = 1_800_000_000_000;

test.each([
  [200, 'good'],
  [400, 'good'],
  [404, 'good'],
  [413, 'good'],
  [422, 'good'],
  [401, 'unauthenticated'],
  [403, 'forbidden'],
  [429, 'throttled'],
  [500, 'errored'],
  [503, 'errored'],
  [529, 'errored'],
] as const)('status %d is judged %s', (status, kind) => {
  expect(judgeStatus(status, null, NOW).kind).toBe(kind);
});

test('retry-after is read as seconds and as a date', () => {
  expect(judgeStatus(429, '7', NOW)).toEqual({ kind: 'throttled', retryAfterMs: 7_000 });
  expect(judgeStatus(429, new Date(NOW + 30_000).toUTCString(), NOW)).toEqual({
    kind: 'throttled',
    retryAfterMs: 30_000,
  });
  expect(judgeStatus(429, 'soon', NOW)).toEqual({ kind: 'throttled', retryAfterMs: null });
});

test.each([
  ['overloaded_error', 'errored'],
  ['api_error', 'errored'],
  ['rate_limit_error', 'throttled'],
  ['authentication_error', 'unauthenticated'],
  ['invalid_request_error', 'good'],
  ['something_new', 'errored'],
] as const)('an event of type %s is judged %s', (type, kind) => {
  expect(judgeErrorType(type).kind).toBe(kind);
});

const bounds = { attemptsMax: 3, totalMs: 10_000 };
const soFar = { count: 1, elapsedMs: 100, upstreamFailed: false, bounds, chance: 0.5 };

test('waits for an account only where that is shorter than the time that is left', () => {
  expect(decideNextAttempt({ kind: 'resting', opensAtMs: NOW + 2_000 }, soFar, NOW)).toEqual({
    kind: 'wait',
    waitMs: 2_100,
  });
  expect(decideNextAttempt({ kind: 'resting', opensAtMs: NOW + 20_000 }, soFar, NOW)).toEqual({ kind: 'give-up' });
});

test('the attempts are bounded, in number', () => {
  expect(decideNextAttempt({ kind: 'resting', opensAtMs: NOW }, { ...soFar, count: 3 }, NOW)).toEqual({
    kind: 'give-up',
  });
});
