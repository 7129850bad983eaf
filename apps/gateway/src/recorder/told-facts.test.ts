import { expect, test } from 'bun:test';
import type { RecordedCost } from '@nexus/core';
import { buildFacts } from '../../test/api/records.ts';
import { createToldFacts } from './told-facts.ts';

test('costs are added up by model until they are taken, and what has no price adds nothing', () => {
  const told = createToldFacts();
  told.add(buildFacts({ model: 'a', cost: exactly(3) }));
  told.add(buildFacts({ model: 'b', cost: { nanoDollars: null, pricing: 'unpriced', priceVersion: 'v' } }));
  told.add(buildFacts({ model: 'a', cost: exactly(4) }));
  const { recorded, costs } = told.take();
  expect([recorded.length, costs]).toEqual([3, [['a', 7]]]);
  expect(told.take()).toEqual({ recorded: [], costs: [] });
});

function exactly(nanoDollars: number): RecordedCost {
  return { nanoDollars, pricing: 'exact', priceVersion: 'v' };
}
