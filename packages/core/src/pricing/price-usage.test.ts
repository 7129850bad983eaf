import { describe, expect, test } from 'bun:test';
import { foldUsage, NO_USAGE, type Usage } from '@nexus/anthropic';
import { type Cost, CLAUDE_PRICES, findPrice, type PricedCall, priceUsage } from '../index.ts';

const NOVEMBER = Date.parse('2026-11-20T12:00:00Z');

function price(model: string | null, usage: Partial<Usage>, call: Partial<PricedCall> = {}): Cost {
  return priceUsage(CLAUDE_PRICES, {
    model,
    usage: { ...NO_USAGE, ...usage },
    atMs: NOVEMBER,
    ...call,
  });
}

/** Nano-dollars of a cost that the table knows exactly; anything else fails the test by its kind. */
function exact(cost: Cost): number | string {
  return cost.pricing === 'exact' ? cost.nanoDollars : cost.pricing;
}

/** Worked out by hand from the published page; dollars per million tokens times tokens is micro-dollars. */
describe('what published prices make of tokens', () => {
  test.each<[string, [string, Partial<Usage>], number]>([
    // $4 in, $20 out: 1,000 × 4,000 + 500 × 20,000.
    ['Opus 5.5, in and out', ['claude-opus-5-5', { inputTokens: 1000, outputTokens: 500 }], 14_000_000],
    // Reads $0.20, writes $5 and $8.
    [
      'Opus 5.5, each kind of cache',
      ['claude-opus-5-5', { cacheReadTokens: 10_000, cacheWrite5mTokens: 100, cacheWrite1hTokens: 10 }],
      2_000_000 + 500_000 + 80_000,
    ],
    // Fast: $8 in, $40 out, reads keep 0.05 of input.
    [
      'Opus 5.5, fast',
      ['claude-opus-5-5', { inputTokens: 1000, cacheReadTokens: 100_000, outputTokens: 1000, speed: 'fast' }],
      8_000_000 + 40_000_000 + 40_000_000,
    ],
    // Fast Opus 4.8: $10 in, $50 out.
    ['Opus 4.8, fast', ['claude-opus-4-8', { inputTokens: 7, outputTokens: 3, speed: 'fast' }], 220_000],
    // Fast Fable 5.2: $16 in, $80 out, reads $0.40: 100 × 16,000 + 1,000 × 400 + 10 × 80,000.
    [
      'Fable 5.2, fast',
      ['claude-fable-5-2', { inputTokens: 100, cacheReadTokens: 1000, outputTokens: 10, speed: 'fast' }],
      2_800_000,
    ],
    // Batch halves: (100 × 2,000 + 10 × 10,000) / 2.
    ['Sonnet 5, batch', ['claude-sonnet-5', { inputTokens: 100, outputTokens: 10, serviceTier: 'batch' }], 150_000],
    // In the US a tenth more: (100 × 5,000 + 10 × 25,000) × 1.1.
    ['Opus 4.6, US', ['claude-opus-4-6', { inputTokens: 100, outputTokens: 10, inferenceGeo: 'us' }], 825_000],
    // Both: 1 × 125 × 0.5 × 1.1 = 68.75, half up.
    [
      'Haiku 5.5, a batch in the US, rounded once',
      ['claude-haiku-5-5', { cacheWrite5mTokens: 1, serviceTier: 'batch', inferenceGeo: 'us' }],
      69,
    ],
    // 1 × 125 / 2 = 62.5.
    ['half a nano-dollar is rounded up', ['claude-haiku-5-5', { cacheWrite5mTokens: 1, serviceTier: 'batch' }], 63],
    // Up to 100,000 tokens of prompt: $0.10 and $0.50.
    [
      'Haiku 5.5, a prompt at its border',
      ['claude-haiku-5-5', { inputTokens: 1, cacheReadTokens: 99_999, outputTokens: 10 }],
      100 + 999_990 + 5000,
    ],
    // One token more, and all of the request is dearer: $0.50, $0.05, $2.50.
    [
      'Haiku 5.5, a prompt past its border',
      ['claude-haiku-5-5', { inputTokens: 2, cacheReadTokens: 99_999, outputTokens: 10 }],
      1000 + 4_999_950 + 25_000,
    ],
    // Over 200,000: $6, $22.50, reads $0.60.
    [
      'Sonnet 4.5, a long prompt',
      ['claude-sonnet-4-5-20250929', { inputTokens: 1000, cacheReadTokens: 200_000, outputTokens: 100 }],
      6_000_000 + 120_000_000 + 2_250_000,
    ],
    // No such border since 4.6: $3 in.
    ['Sonnet 4.6, a long prompt', ['claude-sonnet-4-6', { inputTokens: 500_000 }], 1_500_000_000],
    // $10 per 1,000 searches, beside 10 × 2,000.
    [
      'Sonnet 5, three searches and a fetch',
      ['claude-sonnet-5', { inputTokens: 10, serverToolUses: { web_search_requests: 3, web_fetch_requests: 1 } }],
      30_020_000,
    ],
    // Fable 5.1 reads at $0.25, Fable 5 at $1, 5.2 at $0.20.
    ['Fable 5.1, reads', ['claude-fable-5-1', { cacheReadTokens: 1000 }], 250_000],
    ['Fable 5, reads', ['claude-fable-5', { cacheReadTokens: 1000 }], 1_000_000],
    ['Fable 5.2, out', ['claude-fable-5-2', { outputTokens: 1000 }], 40_000_000],
    ['Haiku 3, a 5-minute write', ['claude-3-haiku-20240307', { cacheWrite5mTokens: 10 }], 3000],
    ['Opus 4.1', ['claude-opus-4-1-20250805', { inputTokens: 1, outputTokens: 1 }], 90_000],
  ])('%s', (_about, call, nanoDollars) => {
    expect(exact(price(...call))).toBe(nanoDollars);
  });

  test('a request costs what its day cost: reads of Sonnet 5.5 became cheaper on 7 October 2026', () => {
    const usage = { cacheReadTokens: 1_000_000 };
    const before = price('claude-sonnet-5-5', usage, { atMs: Date.parse('2026-10-06T23:59:59Z') });
    const after = price('claude-sonnet-5-5', usage, { atMs: Date.parse('2026-10-07T00:00:00Z') });
    expect([exact(before), exact(after)]).toEqual([200_000_000, 100_000_000]);
  });

  test('a compaction at Claude’s side is billed beside what the top level tells', () => {
    const compaction = { ...NO_USAGE, type: 'compaction', model: null, inputTokens: 180_000, outputTokens: 3500 };
    const own = { inputTokens: 23_000, outputTokens: 1000 };
    const alone = price('claude-opus-4-6', { ...own, iterations: [compaction] });
    const listed = price('claude-opus-4-6', {
      ...own,
      iterations: [compaction, { ...NO_USAGE, type: 'message', model: null, ...own }],
    });
    // (180,000 + 23,000) × 5,000 + (3,500 + 1,000) × 25,000.
    expect([exact(alone), exact(listed)]).toEqual([1_127_500_000, 1_127_500_000]);
  });

  test.each(['advisor_message', 'something_new'])('%s alone in the list is billed beside the top level', (type) => {
    const helper = { ...NO_USAGE, type, model: 'claude-opus-5', inputTokens: 100, outputTokens: 10 };
    // 100 × 5,000 + 10 × 25,000 of the helper, and 200 × 2,000 + 20 × 10,000 at the top.
    const cost = price('claude-sonnet-5', { inputTokens: 200, outputTokens: 20, iterations: [helper] });
    expect(exact(cost)).toBe(750_000 + 600_000);
  });

  test('each model of an answer that several made has its own price', () => {
    const declined = { ...NO_USAGE, type: 'message', model: 'claude-fable-5', inputTokens: 100, outputTokens: 1 };
    const served = { ...declined, type: 'fallback_message', model: 'claude-opus-4-8', outputTokens: 20 };
    const cost = price('claude-opus-4-8', { inputTokens: 100, outputTokens: 20, iterations: [declined, served] });
    // 100 × 10,000 + 1 × 50,000 + 100 × 5,000 + 20 × 25,000.
    expect(exact(cost)).toBe(2_050_000);
  });

  test('the same exchange costs the same streamed or not', () => {
    const body = { input_tokens: 12, cache_read_input_tokens: 500, output_tokens: 40 };
    const start = { ...body, output_tokens: 1 };
    const streamed = [start, { output_tokens: 17 }, { output_tokens: 40 }].reduce<Usage | null>(foldUsage, null);
    const whole = foldUsage(null, body);
    expect(streamed).not.toBeNull();
    expect(price('claude-opus-5-5', streamed ?? {})).toEqual(price('claude-opus-5-5', whole ?? {}));
  });

  test('parts add up to the whole', () => {
    const cost = price('claude-sonnet-5', {
      inputTokens: 3,
      outputTokens: 5,
      cacheReadTokens: 7,
      cacheWrite5mTokens: 11,
      cacheWrite1hTokens: 13,
      serverToolUses: { web_search_requests: 1 },
    });
    expect(cost).toEqual({
      pricing: 'exact',
      nanoDollars: 6000 + 50_000 + 1400 + 27_500 + 52_000 + 10_000_000,
      parts: { input: 6000, output: 50_000, cacheRead: 1400, cacheWrite: 79_500, serverTools: 10_000_000 },
      // 7 read at 200 instead of 2,000; 11 and 13 written at 2,500 and 4,000.
      cacheSaved: 12_600 - 5500 - 26_000,
      priceVersion: CLAUDE_PRICES.version,
    });
  });
});

describe('what cannot be priced exactly', () => {
  test('a new model of a known family is priced like the newest of it, and marked', () => {
    const cost = price('claude-opus-6', { inputTokens: 10 });
    expect(cost).toMatchObject({ pricing: 'guessed', nanoDollars: 40_000 });
  });

  test('an unknown model has no cost, which is not zero', () => {
    expect(price('gpt-7', { inputTokens: 10 })).toMatchObject({ pricing: 'unpriced', because: 'model-unknown' });
    expect(price(null, { inputTokens: 10 })).toMatchObject({ pricing: 'unpriced', because: 'model-missing' });
  });

  test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2_000_000_000])('a count of %p is not priced', (count) => {
    expect(price('claude-opus-5', { outputTokens: count })).toMatchObject({
      pricing: 'unpriced',
      because: 'count-absurd',
    });
  });

  test('a tool at Claude’s side without a price makes the cost a guess', () => {
    const cost = price('claude-sonnet-5', { inputTokens: 1, serverToolUses: { mind_reading_requests: 2 } });
    expect(cost).toMatchObject({ pricing: 'guessed', nanoDollars: 2000 });
  });

  test('fast mode of a model without fast prices is a guess', () => {
    expect(price('claude-sonnet-5', { outputTokens: 1, speed: 'fast' })).toMatchObject({
      pricing: 'guessed',
      nanoDollars: 20_000,
    });
  });

  test('the largest counts that are priced stay exact integers', () => {
    const most = 1_000_000_000;
    const cost = price('claude-opus-4-6', {
      inputTokens: most,
      outputTokens: most,
      cacheReadTokens: most,
      cacheWrite1hTokens: most,
      speed: 'fast',
    });
    expect(exact(cost)).toBe((30_000 + 150_000 + 3000 + 60_000) * most);
  });
});

describe('names of models', () => {
  test.each([
    'claude-opus-4-5',
    'claude-opus-4-5-20251101',
    'claude-opus-4-5@20251101',
    'claude-opus-4-5-latest',
    'claude-opus-4-5[1m]',
    'us.anthropic.claude-opus-4-5-20251101-v1:0',
    'anthropic/claude-opus-4.5',
    'Claude-Opus-4-5',
  ])('%s is known', (model) => {
    expect(findPrice(CLAUDE_PRICES, model, NOVEMBER)).toMatchObject({
      kind: 'exact',
      row: { model: 'claude-opus-4-5' },
    });
  });

  test.each([
    ['claude-3-5-sonnet-v2@20241022', 'claude-3-5-sonnet'],
    ['anthropic.claude-3-5-sonnet-20241022-v2:0', 'claude-3-5-sonnet'],
    ['anthropic.claude-3-sonnet-20240229-v1:0:200k', 'claude-3-sonnet'],
    ['claude-opus-4-6@default', 'claude-opus-4-6'],
    ['global.anthropic.claude-opus-4-6-v1', 'claude-opus-4-6'],
  ])('%s of another platform is %s', (model, row) => {
    expect(findPrice(CLAUDE_PRICES, model, NOVEMBER)).toMatchObject({ kind: 'exact', row: { model: row } });
  });

  test('claude-opus-4-0 is Opus 4', () => {
    expect(findPrice(CLAUDE_PRICES, 'claude-opus-4-0', NOVEMBER)).toMatchObject({ row: { model: 'claude-opus-4' } });
  });

  test('every row is a name that finds itself, with rates in whole nano-dollars', () => {
    for (const row of CLAUDE_PRICES.rows) {
      expect(findPrice(CLAUDE_PRICES, row.model, row.fromMs)).toEqual({ kind: 'exact', row });
      const rates = [row.rates, row.longPrompt?.rates, row.fast].flatMap((it) => (it ? Object.values(it) : []));
      expect(rates.every((rate) => Number.isSafeInteger(rate) && rate > 0)).toBe(true);
    }
  });
});
