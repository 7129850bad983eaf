import { expect, test } from 'bun:test';
import { NO_USAGE, type Usage } from '@nexus/anthropic';
import * as fc from 'fast-check';
import { CLAUDE_PRICES, overridePrices, priceUsage, toWorstCase } from '../index.ts';

const NOVEMBER = Date.parse('2026-11-20');

/** A call to come and how it turned out, within what was known. */
const Calls = fc.record({
  model: fc.constantFrom(...CLAUDE_PRICES.rows.map((row) => row.model), 'claude-opus-9', 'claude-opus-5[1m]'),
  inputTokensMax: fc.nat(1_000_000),
  outputTokensMax: fc.nat(128_000),
  shares: fc.tuple(fc.nat(100), fc.nat(100), fc.nat(100)),
  fast: fc.boolean(),
  inferenceGeo: fc.constantFrom(null, 'us', 'global'),
});

type Call = typeof Calls extends fc.Arbitrary<infer It> ? It : never;

test('no call costs more than its worst case', () => {
  fc.assert(
    fc.property(Calls, ({ model, inferenceGeo, ...known }) => {
      const call = { model, usage: toUsage(known, inferenceGeo), atMs: NOVEMBER };
      const cost = priceUsage(CLAUDE_PRICES, call);
      const worst = toWorstCase(CLAUDE_PRICES, { ...known, model, atMs: NOVEMBER });
      expect(cost.pricing === 'unpriced' ? Number.NaN : cost.nanoDollars).toBeLessThanOrEqual(worst);
    }),
  );
});

function toUsage(
  known: Pick<Call, 'inputTokensMax' | 'outputTokensMax' | 'shares' | 'fast'>,
  geo: string | null,
): Usage {
  return {
    ...NO_USAGE,
    ...toInput(known),
    outputTokens: known.outputTokensMax,
    speed: known.fast ? 'fast' : null,
    inferenceGeo: geo,
  };
}

/** All of the input, shared out among the kinds of it. */
function toInput({ inputTokensMax, shares: [input, read, write] }: Pick<Call, 'inputTokensMax' | 'shares'>) {
  const inputTokens = Math.floor((inputTokensMax * input) / 100);
  const cacheReadTokens = Math.floor(((inputTokensMax - inputTokens) * read) / 100);
  const written = inputTokensMax - inputTokens - cacheReadTokens;
  const cacheWrite5mTokens = Math.floor((written * write) / 100);
  return { inputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens: written - cacheWrite5mTokens };
}

/** Rates of an operator: any kind of token may be the dearest. */
const OwnRates = fc.record({
  input: fc.nat(50),
  output: fc.nat(50),
  cacheWrite5m: fc.nat(50),
  cacheWrite1h: fc.nat(50),
  cacheRead: fc.nat(50),
});

test('no call costs more than its worst case by the prices of an operator, whichever of them are the highest', () => {
  const OwnPrices = fc.record({ rates: OwnRates, fast: fc.option(OwnRates), long: fc.option(OwnRates) });
  fc.assert(
    fc.property(Calls, OwnPrices, ({ inferenceGeo, ...known }, { rates, fast, long }) => {
      const table = override({
        ...rates,
        ...(fast === null ? {} : { fast }),
        ...(long === null ? {} : { longPrompt: { promptTokens: 1_000, ...long } }),
      });
      const call = { model: 'house-model', atMs: NOVEMBER };
      const cost = priceUsage(table, { ...call, usage: toUsage(known, inferenceGeo) });
      const worst = toWorstCase(table, { ...known, ...call });
      expect(cost.pricing === 'unpriced' ? Number.NaN : cost.nanoDollars).toBeLessThanOrEqual(worst);
    }),
  );
});

function override(prices: object) {
  const overridden = overridePrices(CLAUDE_PRICES, { version: 'v', models: { 'house-model': prices } });
  if (!overridden.ok) throw new Error(overridden.problems.join('; '));
  return overridden.table;
}

test('an unknown model may cost as much as the dearest', () => {
  const call = { atMs: NOVEMBER, inputTokensMax: 1000, outputTokensMax: 10, fast: false };
  const dearest = toWorstCase(CLAUDE_PRICES, { ...call, model: 'claude-opus-4-1' });
  expect(toWorstCase(CLAUDE_PRICES, { ...call, model: 'gpt-7' })).toBe(dearest);
});
