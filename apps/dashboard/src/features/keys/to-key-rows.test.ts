import { describe, expect, test } from 'bun:test';
import { sampleKey } from '../../api/sample-keys.ts';
import type { KeysPlace } from '../../api/keys-place.ts';
import { toKeyRows } from './to-key-rows.ts';

const NOW = Date.parse('2026-11-20T12:00:00.000Z');
const KEYS = [
  sampleKey({ keyId: 'a', name: 'Laptop', owner: 'ada', createdAt: '2026-11-01T00:00:00.000Z', labels: ['home'] }),
  sampleKey({
    keyId: 'b',
    name: 'ci',
    project: 'engine',
    createdAt: '2026-11-03T00:00:00.000Z',
    lastUsedAt: '2026-11-19T00:00:00.000Z',
  }),
  sampleKey({ keyId: 'c', name: 'old', createdAt: '2026-11-02T00:00:00.000Z', expiresAt: '2026-11-19T00:00:00.000Z' }),
  sampleKey({ keyId: 'd', name: 'gone', createdAt: '2026-11-04T00:00:00.000Z', revokedAt: '2026-11-05T00:00:00.000Z' }),
];
const spent = (keyId: string, costNano: number) => ({
  keyId,
  requestCount: 1,
  totalTokens: 1,
  costNano,
  unpricedCount: 0,
  costNanoByDay: [],
  requestsByDay: [],
});
const listIds = (place: KeysPlace) =>
  toKeyRows({ keys: KEYS, usage: [spent('a', 5), spent('b', 70)], now: NOW }, place).map(({ key }) => key.keyId);

describe('the list of keys', () => {
  test('holds those that let somebody in, the newest first, unless it is asked for others', () => {
    expect(listIds({})).toEqual(['b', 'a']);
    expect(listIds({ state: 'ended' })).toEqual(['d', 'c']);
    expect(listIds({ state: 'all' })).toEqual(['d', 'b', 'c', 'a']);
  });

  test('is in the order of a column, with what has no value last', () => {
    expect(listIds({ sort: 'name' })).toEqual(['b', 'a']);
    expect(listIds({ sort: '-cost' })).toEqual(['b', 'a']);
    expect(listIds({ sort: 'cost' })).toEqual(['a', 'b']);
    expect(listIds({ sort: 'used' })).toEqual(['b', 'a']);
    expect(listIds({ sort: '-owner' })).toEqual(['a', 'b']);
  });

  test('is narrowed by every word, wherever it stands', () => {
    expect(listIds({ text: 'HOME lap' })).toEqual(['a']);
    expect(listIds({ text: 'engine' })).toEqual(['b']);
    expect(listIds({ text: 'nobody' })).toEqual([]);
  });
});
