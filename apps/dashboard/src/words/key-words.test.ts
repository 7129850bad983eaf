import { describe, expect, test } from 'bun:test';
import { isUsable, toKeyState, toKeyStateWords } from './key-words.ts';

const NOW = Date.parse('2026-11-20T12:00:00.000Z');
const at = (ms: number) => new Date(NOW + ms).toISOString();
const HOUR_MS = 3_600_000;

describe('the state of a key', () => {
  test.each([
    ['good without an end', { revokedAt: null, expiresAt: null }, 'good', 'Good'],
    ['good where its end is far', { revokedAt: null, expiresAt: at(8 * 24 * HOUR_MS) }, 'good', 'Good'],
    ['ending in its last week', { revokedAt: null, expiresAt: at(5 * HOUR_MS) }, 'ending', 'Ends in 5 h'],
    ['expired at the very instant', { revokedAt: null, expiresAt: at(0) }, 'expired', 'Expired'],
    ['revoked, whatever its end', { revokedAt: at(-1), expiresAt: at(HOUR_MS) }, 'revoked', 'Revoked'],
  ] as const)('is %s', (...row) => {
    const [, key, kind, label] = row;
    const state = toKeyState(key, NOW);
    expect(state.kind).toBe(kind);
    expect(toKeyStateWords(state, NOW).label).toBe(label);
    expect(isUsable(state)).toBe(kind === 'good' || kind === 'ending');
  });
});
