import { expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { formatCost, formatMoney, formatMoneyTicks } from './format-money.ts';

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

test.each([
  [0.25, ['$0', '$0.25', '$0.50', '$0.75', '$1.00']],
  [0.5, ['$0', '$0.50', '$1.00', '$1.50', '$2.00']],
  [0.025, ['$0', '$0.025', '$0.050', '$0.075', '$0.100']],
  [0.002, ['$0', '$0.002', '$0.004', '$0.006', '$0.008']],
  [2.5, ['$0', '$2.50', '$5.00', '$7.50', '$10.00']],
  [2500, ['$0', '$2,500', '$5,000', '$7,500', '$10,000']],
])('an axis with a mark every %p dollars has the same places at each of them', (dollars, words) => {
  expect(formatMoneyTicks([0, 1, 2, 3, 4].map((mark) => mark * dollars * 1e9))).toEqual(words);
});

test('the axis of a plot where nothing was spent does not count nano-dollars', () => {
  expect(formatMoneyTicks([0, 1])).toEqual(['$0', '<$0.0001']);
});
