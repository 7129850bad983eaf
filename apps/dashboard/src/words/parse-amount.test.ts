import { expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { parseCount, parseDollars, toDollarText } from './parse-amount.ts';

test.each([
  ['20', 20_000_000_000],
  ['$20.50', 20_500_000_000],
  ['1,200.5', 1_200_500_000_000],
  ['0.05', 50_000_000],
  ['0', 0],
  ['', null],
  ['-1', null],
  ['20.505', null],
  ['twenty', null],
  ['1e9', null],
])('%p is %p nano-dollars', (text, nano) => expect(parseDollars(text)).toBe(nano));

test.each([
  ['60', 60],
  ['400,000', 400_000],
  ['400k', 400_000],
  ['2 M', 2_000_000],
  ['', null],
  ['1.5k', null],
  ['-4', null],
])('%p is the count %p', (text, count) => expect(parseCount(text)).toBe(count));

test('what a field shows of an amount is that amount', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 99_999_999 }), (cents) => {
      expect(parseDollars(toDollarText(cents * 10_000_000))).toBe(cents * 10_000_000);
    }),
  );
});
