import type { PriceRow, PriceTable, TokenRates } from './price-table.ts';

/** Dollars per million tokens, in the order of the published page: input, 5 min write, 1 h write, read, output. */
type PublishedPrices = readonly [
  input: number,
  cacheWrite5m: number,
  cacheWrite1h: number,
  cacheRead: number,
  output: number,
];

const PAGE = 'platform.claude.com/docs/en/about-claude/pricing';
const FAST = 'platform.claude.com/docs/en/build-with-claude/fast-mode';
/** Rows of models that are gone stand on the page no longer; its stored copies still have them. */
const COPY_OF_2025 = 'docs.anthropic.com/en/docs/about-claude/pricing, a copy from before Sonnet 4.5, read 2026-11-21';
const COPY_OF_2026 = `${PAGE}, a copy from before Opus 4.7, read 2026-11-21`;

/** $8 and $40; doubled in fast mode, cache and all. */
const FABLE_5_2: PublishedPrices = [8, 10, 16, 0.2, 40];
const FABLE_5: PublishedPrices = [10, 12.5, 20, 1, 50];
const FABLE_5_1: PublishedPrices = [10, 12.5, 20, 0.25, 50];
const OPUS_5: PublishedPrices = [5, 6.25, 10, 0.5, 25];
const OPUS_4: PublishedPrices = [15, 18.75, 30, 1.5, 75];
const SONNET_5: PublishedPrices = [2, 2.5, 4, 0.2, 10];
const SONNET_4: PublishedPrices = [3, 3.75, 6, 0.3, 15];
/** Prompts over 200,000 tokens cost double, and half as much again for output, until the 4.6 models. */
const SONNET_4_LONG: PublishedPrices = [6, 7.5, 12, 0.6, 22.5];

/**
 * The published prices of Claude's API; each row says where it was read, and when. Newer rows of a model follow its older ones, so
 * that a request is priced as it was on its day. A change of any figure is a new version.
 */
export const CLAUDE_PRICES: PriceTable = {
  version: '2026-11-21',
  rows: [
    toRow('claude-fable-5-2', FABLE_5_2, {
      fast: [16, 20, 32, 0.4, 80],
      source: `${PAGE}, row read through its mirrors 2026-11-10; fast: code.claude.com/docs/en/fast-mode, read 2026-11-21`,
    }),
    toRow('claude-mythos-5-2', FABLE_5_2, { source: 'announced at the prices of Fable 5.2, read 2026-11-21' }),
    toRow('claude-fable-5-1', FABLE_5_1),
    toRow('claude-mythos-5-1', FABLE_5_1),
    toRow('claude-fable-5', FABLE_5),
    toRow('claude-mythos-5', FABLE_5),
    toRow('claude-opus-5-5', [4, 5, 8, 0.2, 20], { fast: [8, 10, 16, 0.4, 40] }),
    toRow('claude-opus-5', OPUS_5, { fast: [10, 12.5, 20, 1, 50] }),
    toRow('claude-opus-4-8', OPUS_5, { fast: [10, 12.5, 20, 1, 50] }),
    toRow('claude-opus-4-7', OPUS_5, { fast: [30, 37.5, 60, 3, 150] }),
    toRow('claude-opus-4-6', OPUS_5, { fast: [30, 37.5, 60, 3, 150] }),
    toRow('claude-opus-4-5', OPUS_5),
    toRow('claude-opus-4-1', OPUS_4),
    toRow('claude-opus-4', OPUS_4),
    toRow('claude-3-opus', OPUS_4, { source: COPY_OF_2026 }),
    toRow('claude-sonnet-5-5', SONNET_5),
    // Reads became cheaper by half on that day, and nothing else.
    toRow('claude-sonnet-5-5', [2, 2.5, 4, 0.1, 10], { from: '2026-10-07' }),
    toRow('claude-sonnet-5', SONNET_5),
    toRow('claude-sonnet-4-6', SONNET_4),
    toRow('claude-sonnet-4-5', SONNET_4, { long: { promptTokens: 200_000, prices: SONNET_4_LONG } }),
    toRow('claude-sonnet-4', SONNET_4, { long: { promptTokens: 200_000, prices: SONNET_4_LONG } }),
    toRow('claude-3-7-sonnet', SONNET_4, { source: COPY_OF_2026 }),
    toRow('claude-3-5-sonnet', SONNET_4, { source: COPY_OF_2025 }),
    // It never had a cache; what its writes and reads would cost is no published figure, and no answer tells of any.
    toRow('claude-3-sonnet', SONNET_4, { source: 'anthropic.com/news/claude-3-family, of 2024-03-04' }),
    toRow('claude-haiku-5-5', [0.1, 0.125, 0.2, 0.01, 0.5], {
      long: { promptTokens: 100_000, prices: [0.5, 0.625, 1, 0.05, 2.5] },
      source: 'platform.claude.com/docs/en/models/haiku-5-5/overview, read 2026-11-20',
    }),
    toRow('claude-haiku-4-5', [1, 1.25, 2, 0.1, 5]),
    toRow('claude-3-5-haiku', [0.8, 1, 1.6, 0.08, 4]),
    toRow('claude-3-haiku', [0.25, 0.3, 0.5, 0.03, 1.25], { source: COPY_OF_2026 }),
  ],
  // Web search: $10 per 1,000. Fetching costs tokens alone; code execution is billed by the hour, which no answer tells.
  serverTools: { web_search_requests: 10_000_000, web_fetch_requests: 0 },
};

interface RowExtras {
  readonly from?: string;
  readonly long?: { readonly promptTokens: number; readonly prices: PublishedPrices };
  readonly fast?: PublishedPrices;
  readonly source?: string;
}

function toRow(model: string, prices: PublishedPrices, { from, long, fast, source }: RowExtras = {}): PriceRow {
  return {
    model,
    fromMs: from === undefined ? 0 : Date.parse(from),
    rates: toRates(prices),
    longPrompt: long === undefined ? null : { promptTokens: long.promptTokens, rates: toRates(long.prices) },
    fast: fast === undefined ? null : toRates(fast),
    source: source ?? `${PAGE}${fast === undefined ? '' : `, ${FAST}`}, read 2026-11-20`,
  };
}

function toRates([input, cacheWrite5m, cacheWrite1h, cacheRead, output]: PublishedPrices): TokenRates {
  return {
    input: toNanoPerToken(input),
    output: toNanoPerToken(output),
    cacheWrite5m: toNanoPerToken(cacheWrite5m),
    cacheWrite1h: toNanoPerToken(cacheWrite1h),
    cacheRead: toNanoPerToken(cacheRead),
  };
}

/** $1 per million tokens is 1,000 nano-dollars a token; every published price gives a whole number. */
function toNanoPerToken(dollarsPerMillion: number): number {
  return Math.round(dollarsPerMillion * 1000);
}
