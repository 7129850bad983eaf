import { expect, test } from 'bun:test';
import { createBehaviour } from './behaviour.ts';
import { describeSentinels, parseBehaviour, SENTINELS } from './sentinels.ts';

test('a model that asks for nothing gets the default', () => {
  expect(parseBehaviour('claude-sonnet-5-5')).toEqual({ behaviour: createBehaviour(), unknown: [] });
});

test('names are joined with +, and Claude’s own prefix may stand before them', () => {
  const expected = { ...createBehaviour(), content: 'thinking', newline: '\r\n', chunkBytes: 1 } as const;
  expect(parseBehaviour('fake-thinking+crlf+chunk-1').behaviour).toEqual(expected);
  expect(parseBehaviour('claude-fake-thinking+crlf+chunk-1').behaviour).toEqual(expected);
});

test('headers say the same things as names, and come after them', () => {
  const { behaviour } = parseBehaviour('fake-text+cut-5', [
    ['X-Fake-Encoding', 'br'],
    ['x-fake-cut', '120'],
    ['x-fake-drip', '10-20'],
    ['x-other', 'cut-1'],
  ]);
  expect(behaviour).toMatchObject({
    content: 'text',
    encoding: 'br',
    ending: { kind: 'cut', afterBytes: 120 },
    chunkBytes: 10,
    dripMs: 20,
  });
});

test('errors with more to say are told from bare statuses', () => {
  expect(parseBehaviour('fake-529').behaviour.error).toEqual({ status: 529, retryAfterS: null, limits: 'none' });
  expect(parseBehaviour('fake-429-retry-7').behaviour.error).toEqual({ status: 429, retryAfterS: 7, limits: 'none' });
  expect(parseBehaviour('fake-429-unified').behaviour.error?.limits).toBe('unified');
});

test('a misspelt name is told, not ignored', () => {
  expect(parseBehaviour('fake-thinkin+crlf').unknown).toEqual(['thinkin']);
});

test('the table describes every name once', () => {
  const names = SENTINELS.map((sentinel) => sentinel.name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(describeSentinels()).toContain(name);
});
