import { expect, test } from 'bun:test';
import { toSpanWords } from './format-instant.ts';
import { formatChange, toGroupWords } from './usage-words.ts';

test.each([
  [120, 100, '+20 %'],
  [60, 100, '−40 %'],
  [100, 100, '±0 %'],
  [340, 100, '×3.4'],
  [5_000, 100, '×50'],
  [5, 0, null],
])('%p after %p is %p', (now, before, words) => expect(formatChange(now, before)).toBe(words));

test('groups have names, also those without', () => {
  expect(toGroupWords('kind', { group: 'warm-up', isRest: false }, new Map())).toBe('Warm-up');
  expect(toGroupWords('projectId', { group: '/home/jane/harbour', isRest: false }, new Map())).toBe('harbour');
  expect(toGroupWords('accountId', { group: '', isRest: false }, new Map())).toBe('the caller’s own');
  expect(toGroupWords('model', { group: null, isRest: true }, new Map())).toBe('all others');
});

test('a span says its day once', () => {
  expect(toSpanWords('2026-11-20T14:00:00Z', '2026-11-20T15:30:00Z')).toMatch(/^20 Nov \d\d:\d\d to \d\d:\d\d$/);
  expect(toSpanWords('2026-11-20T14:00:00Z', '')).toMatch(/^since 20 Nov/);
  expect(toSpanWords('', '')).toBe('');
});
