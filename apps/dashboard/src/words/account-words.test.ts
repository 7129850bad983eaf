import { expect, test } from 'bun:test';
import { formatLeft, formatPercent, toBecauseWords, toWindowWords } from './account-words.ts';

test('windows, shares and spans read as people say them', () => {
  expect(['5h', '7d', '7d_opus', '1h'].map(toWindowWords)).toEqual(['5 hours', '7 days', '7 days, opus', '1h']);
  expect([0, 0.004, 0.42, 1.2].map(formatPercent)).toEqual(['0 %', '< 1 %', '42 %', '120 %']);
  const now = Date.UTC(2026, 10, 20);
  const left = [-1, 40, 720, 10_800, 172_800].map((seconds) =>
    formatLeft(new Date(now + seconds * 1000).toISOString(), now),
  );
  expect(left).toEqual(['now', '40 s', '12 min', '3 h', '2 d']);
});

test('why an account is as it is reads as a sentence, and a bare status says what to do', () => {
  expect(toBecauseWords({ state: 'paused', because: 'somebody paused it' })).toBe('Somebody paused it.');
  expect(toBecauseWords({ state: 'auth-failed', because: 'status 401' })).toBe(
    'Status 401: its upstream does not take the credential. Replace it, or sign in again.',
  );
  expect(toBecauseWords({ state: 'healthy', because: null })).toBe('');
});
