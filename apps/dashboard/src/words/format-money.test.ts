import { expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { formatCost, formatMoney } from './format-money.ts';

test.each([
  [0, '$0'],
  [1, '<$0.0001'],
  [99_999, '<$0.0001'],
  [100_000, '$0.0001'],
  [4_212_000, '$0.0042'],
  [421_300_000, '$0.4213'],
  [999_949_999, '$0.9999'],
  [999_960_000, '$1.00'],
  [12_300_000_000, '$12.30'],
  [1_234_560_000_000, '$1,234.56'],
  [9_999_999_000_000, '$10,000'],
  [-1_200_000_000, '−$1.20'],
])('%p nano-dollars read %p', (nanoDollars, words) => expect(formatMoney(nanoDollars)).toBe(words));

test('money that is not nothing never reads as nothing', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (nanoDollars) => {
      expect(formatMoney(nanoDollars)).toMatch(/[1-9]/);
    }),
  );
});

test('tokens without a price are not free', () => {
  expect(formatCost({ costNano: 0, totalTokens: 40 })).toBe('no price');
  expect(formatCost({ costNano: 0, totalTokens: 0 })).toBe('$0');
  expect(formatCost({ costNano: 4_200_000, totalTokens: 40 })).toBe('$0.0042');
});
