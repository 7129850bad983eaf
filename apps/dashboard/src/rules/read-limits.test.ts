import { expect, test } from 'bun:test';
import { areNone, NO_LIMITS, readLimits, toLimitTexts } from './read-limits.ts';

test('fields say limits as people write them; an empty one is none', () => {
  const texts = { ...toLimitTexts(NO_LIMITS), requestsPerMinute: ' 60 ', inputTokensPerMinute: '400k' };
  expect(readLimits(texts)).toEqual({
    kind: 'limits',
    limits: { ...NO_LIMITS, requestsPerMinute: 60, inputTokensPerMinute: 400_000 },
  });
});

test('fields that say no number are named', () => {
  const texts = { ...toLimitTexts(NO_LIMITS), requestsPerMinute: 'many', concurrent: '-1' };
  expect(readLimits(texts)).toEqual({ kind: 'unread', names: ['requestsPerMinute', 'concurrent'] });
});

test('limits survive their fields', () => {
  const limits = { ...NO_LIMITS, inputTokensPerMinute: 1_234_567, concurrent: 4 };
  expect(readLimits(toLimitTexts(limits))).toEqual({ kind: 'limits', limits });
  expect([areNone(limits), areNone(NO_LIMITS)]).toEqual([false, true]);
});
