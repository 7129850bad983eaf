import { expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { HEALTHY } from './health.ts';
import { decideNextAttempt } from './next-attempt.ts';
import type { PoolMember } from './pool.ts';

const MEMBER: PoolMember = {
  id: 'a',
  seed: 1,
  weight: 1,
  priority: 0,
  models: null,
  state: HEALTHY,
  upstream: { state: HEALTHY },
  inFlight: 0,
};
const CHOSEN = { kind: 'chosen', member: MEMBER, because: 'stays' } as const;
const NOW_MS = 1_800_000_000_000;

/** How long the next attempt waits after an error of the upstream; null where there is none. */
function toWaitMs(count: number, chance: number, { elapsedMs = 0, upstreamFailed = true } = {}): number | null {
  const bounds = { attemptsMax: 20, totalMs: 15_000 };
  const step = decideNextAttempt(CHOSEN, { count, chance, elapsedMs, upstreamFailed, bounds }, NOW_MS);
  return step.kind === 'go' ? step.waitMs : null;
}

test('after an error of the upstream each attempt waits twice as long as the one before, up to two seconds', () => {
  expect([1, 2, 3, 4, 5, 6].map((count) => toWaitMs(count, 1))).toEqual([200, 400, 800, 1_600, 2_000, 2_000]);
});

test('callers that failed together are spread over half of that', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 19 }), fc.double({ min: 0, max: 1, noNaN: true }), (count, chance) => {
      const fullMs = toWaitMs(count, 1) ?? 0;
      expect(toWaitMs(count, chance)).toBeWithin(fullMs / 2, fullMs + 1);
      expect(toWaitMs(count, 0)).toBe(fullMs / 2);
    }),
  );
});

test('another account is asked at once where the one before failed by itself', () => {
  expect(toWaitMs(3, 1, { upstreamFailed: false })).toBe(0);
});

test('no attempt begins that would not fit into the time that is left', () => {
  expect(toWaitMs(1, 1, { elapsedMs: 14_900 })).toBeNull();
  expect(toWaitMs(1, 1, { elapsedMs: 14_000 })).toBe(200);
});
