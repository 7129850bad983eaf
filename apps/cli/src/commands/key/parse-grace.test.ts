import { expect, test } from 'bun:test';
import { parseGrace } from './parse-grace.ts';

test.each([
  ['0', 0],
  ['90s', 90],
  ['30m', 1_800],
  ['1.5h', 5_400],
  ['24h', 86_400],
  ['30d', 2_592_000],
])('%s is that long', (text, seconds) => {
  expect(parseGrace(text)).toBe(seconds);
});

test('a number alone is asked for its unit, and what is too long or no time at all is refused', () => {
  expect(() => parseGrace('60')).toThrow('Write how long with its unit: 60m, 60h or 60d; or 0');
  expect(() => parseGrace('31d')).toThrow('30d at most');
  for (const text of ['', '-1h', '1 h', 'h', '1w', 'soon']) expect(() => parseGrace(text)).toThrow('30m, 24h or 7d');
});
