import { expect, test } from 'bun:test';
import type { CacheUse } from '@nexus/contract';
import { isNothingCached, toCacheSentence } from './cache-words.ts';

function use(changes: Partial<CacheUse>): CacheUse {
  return {
    verdict: { kind: 'warm' },
    parentRequestId: null,
    readableTokens: 20_000,
    lostTokens: 20_000,
    lostNano: 96_000_000,
    ...changes,
  };
}

test('a miss says why, how much, and what that cost', () => {
  const verdict = { kind: 'tools-changed', change: 'added', tool: 'Edit' } as const;
  expect(toCacheSentence(use({ verdict }))).toBe(
    'Missed, because the tools changed (Edit added); 20,000 tokens cost $0.0960 more.',
  );
  expect(toCacheSentence(use({ verdict: { kind: 'system-changed', block: 1 }, lostTokens: 500, lostNano: null }))).toBe(
    'Missed in part, because the system prompt changed (block 2); 500 tokens cost more, by an unknown price.',
  );
  expect(toCacheSentence(use({ verdict: { kind: 'expired', ttl: '5m', gapMs: 1_080_000 } }))).toBe(
    'Missed, because its entry expired (kept for 5m, 18 m 00 s passed); 20,000 tokens cost $0.0960 more.',
  );
  expect(toCacheSentence(use({ verdict: { kind: 'compacted', message: 0 } }))).toBe(
    'Missed, the conversation was compacted; 20,000 tokens cost $0.0960 more.',
  );
});

test('what was read, and what never could be, is no miss', () => {
  expect(toCacheSentence(use({ lostTokens: 0, lostNano: 0 }))).toBe(
    'Read all of the 20,000 tokens that the turn before had left.',
  );
  expect(toCacheSentence(use({ verdict: { kind: 'first-turn' }, lostTokens: 0 }))).toBe(
    'Nothing came before it that it could have read.',
  );
  expect(toCacheSentence(use({ verdict: { kind: 'below-minimum', minimum: 1_024 }, lostTokens: 0, lostNano: 0 }))).toBe(
    'Nothing was read, because the prompt was shorter than the 1,024 tokens that the model caches.',
  );
});

test('nothing was cached where the cache was neither written nor read', () => {
  const nothing = { cacheReadTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0 };
  expect(isNothingCached(nothing)).toBe(true);
  expect(isNothingCached({ ...nothing, cacheReadTokens: 9 })).toBe(false);
  expect(isNothingCached({ ...nothing, cacheWrite5mTokens: 9 })).toBe(false);
  expect(isNothingCached({ ...nothing, cacheWrite1hTokens: 9 })).toBe(false);
});
