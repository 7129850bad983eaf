import { expect, test } from 'bun:test';
import { isCacheToCome } from './is-cache-to-come.ts';
import { sampleRequest } from './sample-requests.ts';

const usage = {
  inputTokens: 3,
  outputTokens: 4,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 900,
  cacheWrite1hTokens: 0,
  thinkingTokens: 0,
  serverToolUses: {},
  iterations: [],
  serviceTier: null,
  speed: null,
  inferenceGeo: null,
};
const request = sampleRequest({ startedAt: '2026-11-20T18:00:00.000Z', durationMs: 2_000, usage, relation: 'root' });
const endMs = Date.parse('2026-11-20T18:00:02.000Z');

test('what the cache did is asked for again for some seconds after a turn ended, until it is told', () => {
  expect(isCacheToCome({ request, cache: null }, endMs + 1_000)).toBe(true);
  expect(isCacheToCome({ request, cache: null }, endMs + 60_000)).toBe(false);
  expect(isCacheToCome({ request: { ...request, usage: null }, cache: null }, endMs + 1_000)).toBe(false);
  expect(isCacheToCome({ request: { ...request, relation: 'attached' }, cache: null }, endMs + 1_000)).toBe(false);
  expect(isCacheToCome(undefined, endMs)).toBe(false);
});
