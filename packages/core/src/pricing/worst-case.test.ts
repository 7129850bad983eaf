import { expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { CLAUDE_PRICES, priceUsage, toWorstCase } from '../index.ts';

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
      const usage = {
        ...toInput(known),
        outputTokens: known.outputTokensMax,
        thinkingTokens: 0,
        serverToolUses: {},
        iterations: [],
        serviceTier: null,
        speed: known.fast ? 'fast' : null,
        inferenceGeo,
      };
      const call = { model, usage, atMs: NOVEMBER };
      const cost = priceUsage(CLAUDE_PRICES, call);
      const worst = toWorstCase(CLAUDE_PRICES, { ...known, model, atMs: NOVEMBER });
      expect(cost.pricing === 'unpriced' ? Number.NaN : cost.nanoDollars).toBeLessThanOrEqual(worst);
    }),
  );
});

/** All of the input, shared out among the kinds of it. */
function toInput({ inputTokensMax, shares: [input, read, write] }: Pick<Call, 'inputTokensMax' | 'shares'>) {
  const inputTokens = Math.floor((inputTokensMax * input) / 100);
  const cacheReadTokens = Math.floor(((inputTokensMax - inputTokens) * read) / 100);
  const written = inputTokensMax - inputTokens - cacheReadTokens;
  const cacheWrite5mTokens = Math.floor((written * write) / 100);
  return { inputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens: written - cacheWrite5mTokens };
}

test('an unknown model may cost as much as the dearest', () => {
  const call = { atMs: NOVEMBER, inputTokensMax: 1000, outputTokensMax: 10, fast: false };
  const dearest = toWorstCase(CLAUDE_PRICES, { ...call, model: 'claude-opus-4-1' });
  expect(toWorstCase(CLAUDE_PRICES, { ...call, model: 'gpt-7' })).toBe(dearest);
});
