import { describe, expect, test } from 'bun:test';
import { NO_USAGE, type Usage } from '@nexus/anthropic';
import * as fc from 'fast-check';
import { type PriceTable, priceUsage, toBilledTokens } from '../index.ts';

const step = (type: string, inputTokens: number, outputTokens: number) => ({
  ...NOTHING,
  type,
  model: null,
  inputTokens,
  outputTokens,
});
const NOTHING = { cacheReadTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0 };

describe('billed tokens', () => {
  test('of an answer that lists no steps are those that it tells', () => {
    const usage = { ...NO_USAGE, inputTokens: 3, outputTokens: 5, cacheReadTokens: 7, cacheWrite1hTokens: 11 };
    expect(toBilledTokens(usage)).toMatchObject({ inputTokens: 3, outputTokens: 5, cacheReadTokens: 7 });
  });

  test('hold a compaction, whether or not the list repeats what the top level tells', () => {
    const own = { ...NO_USAGE, inputTokens: 1, outputTokens: 1 };
    const compaction = step('compaction', 180_000, 3_500);
    const billed = { ...NOTHING, inputTokens: 180_001, outputTokens: 3_501 };
    expect(toBilledTokens({ ...own, iterations: [compaction] })).toMatchObject(billed);
    expect(toBilledTokens({ ...own, iterations: [compaction, step('message', 1, 1)] })).toEqual(billed);
  });

  test('hold an advisor, or what nobody knows yet, beside what the top level tells', () => {
    const usage = { ...NO_USAGE, inputTokens: 1, outputTokens: 1 };
    for (const type of ['advisor_message', 'something_new']) {
      const billed = toBilledTokens({ ...usage, iterations: [step(type, 100, 10)] });
      expect(billed).toMatchObject({ inputTokens: 101, outputTokens: 11 });
    }
  });

  test('leave out a model that declined before its first word, and no other', () => {
    const usage = { ...NO_USAGE, inputTokens: 100, outputTokens: 20 };
    const served = step('fallback_message', 100, 20);
    const tokensOf = (outputTokens: number) =>
      toBilledTokens({ ...usage, iterations: [step('message', 90, outputTokens), served] });
    expect(tokensOf(0)).toMatchObject({ inputTokens: 100, outputTokens: 20 });
    expect(tokensOf(1)).toMatchObject({ inputTokens: 190, outputTokens: 21 });
  });

  test('are those that the price is made of, whatever the steps', () => {
    fc.assert(
      fc.property(anyUsage, (usage) => {
        const billed = toBilledTokens(usage);
        const cost = priceUsage(ONE_EACH, { model: 'any', usage, atMs: 0 });
        expect(cost).toMatchObject({
          pricing: 'exact',
          nanoDollars: Object.values(pickCounts(billed)).reduce((sum, count) => sum + count, 0),
        });
      }),
    );
  });
});

function pickCounts(billed: ReturnType<typeof toBilledTokens>) {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens } = billed;
  return { inputTokens, outputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens };
}

/** By these prices a call costs as many nano-dollars as it has tokens. */
const ONE_EACH: PriceTable = {
  version: 'one-each',
  rows: [
    {
      model: 'any',
      fromMs: 0,
      source: 'test',
      rates: { input: 1, output: 1, cacheRead: 1, cacheWrite5m: 1, cacheWrite1h: 1 },
      longPrompt: null,
      fast: null,
    },
  ],
  serverTools: {},
};

const counts = {
  inputTokens: fc.nat(1_000_000),
  outputTokens: fc.nat(1_000_000),
  cacheReadTokens: fc.nat(1_000_000),
  cacheWrite5mTokens: fc.nat(1_000_000),
  cacheWrite1hTokens: fc.nat(1_000_000),
};
const anyUsage: fc.Arbitrary<Usage> = fc
  .record({
    ...counts,
    iterations: fc.array(
      fc.record({ ...counts, type: fc.constantFrom('compaction', 'message', 'advisor'), model: fc.constant(null) }),
      { maxLength: 4 },
    ),
  })
  .map((told) => Object.assign({}, NO_USAGE, told));
