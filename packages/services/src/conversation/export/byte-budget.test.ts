import { expect, test } from 'bun:test';
import { createByteBudget } from './byte-budget.ts';

test('an export that grows beyond its bound is refused by name', () => {
  const budget = createByteBudget(10);
  budget.take(10);

  expect(() => budget.take(1)).toThrow('export-too-large');
});
