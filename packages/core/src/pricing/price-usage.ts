import type { Usage } from '@nexus/anthropic';
import { type BilledStep, listBilledSteps, toBilledTokens } from './billed-tokens.ts';
import { findPrice } from './find-price.ts';
import type { NanoDollars, PriceRow, PriceTable, TokenRates } from './price-table.ts';

/** What a cost depends on, however the exchange was made: streamed or not, translated or not. */
export interface PricedCall {
  /** The model that answered; the one that was asked for where the answer names none. */
  readonly model: string | null;
  readonly usage: Usage;
  /** Epoch milliseconds; prices are those of that day. */
  readonly atMs: number;
  /** Why the answer ended; where it is left out, not by declining. */
  readonly stopReason?: string | null;
}

/** How far a cost can be relied on: by the table, by the family of an unknown model, or not at all. */
export const PRICINGS = ['exact', 'guessed', 'unpriced'] as const;
export type Pricing = (typeof PRICINGS)[number];

/** What a call cost. An unpriced call has no cost, which is not the same as none. */
export type Cost =
  | {
      readonly pricing: 'exact' | 'guessed';
      readonly nanoDollars: NanoDollars;
      readonly parts: CostParts;
      /** What the cache saved against plain input, its writes paid; below zero where it cost more than it saved. */
      readonly cacheSaved: NanoDollars;
      readonly priceVersion: string;
    }
  | { readonly pricing: 'unpriced'; readonly because: UnpricedReason; readonly priceVersion: string };

export type UnpricedReason = 'model-missing' | 'model-unknown' | 'count-absurd';

/** Each rounded by itself, so they may differ from the whole by a nano-dollar. */
export interface CostParts {
  readonly input: NanoDollars;
  readonly output: NanoDollars;
  readonly cacheRead: NanoDollars;
  readonly cacheWrite: NanoDollars;
  readonly serverTools: NanoDollars;
}

/** More than any context window ever held a thousand times: a broken count, and the bound below which sums stay exact. */
const TOKENS_MAX = 1_000_000_000;
const SERVER_TOOL_USES_MAX = 1_000_000;

/** Prices one upstream call in whole nano-dollars, rounded once at the end, half up. */
export function priceUsage(table: PriceTable, call: PricedCall): Cost {
  const unpriced = (because: UnpricedReason): Cost => ({ pricing: 'unpriced', because, priceVersion: table.version });
  if (call.model === null || call.model === '') return unpriced('model-missing');
  // Of a count that cannot be true nobody knows what it was, and so not what it cost.
  if ((call.usage.suspicious ?? []).length > 0) return unpriced('count-absurd');
  const sums = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, cacheSaved: 0 };
  let guessed = false;
  for (const step of listBilledSteps(call.usage, call.model)) {
    if (isAbsurd(step)) return unpriced('count-absurd');
    const found = findPrice(table, step.model ?? call.model, call.atMs);
    if (found.kind === 'unknown') return unpriced('model-unknown');
    const { rates, isGuess } = toStepRates(found.row, step, call.usage.speed);
    guessed ||= isGuess || found.kind === 'guessed';
    sums.input += step.inputTokens * rates.input;
    sums.output += step.outputTokens * rates.output;
    sums.cacheRead += step.cacheReadTokens * rates.cacheRead;
    sums.cacheWrite += step.cacheWrite5mTokens * rates.cacheWrite5m + step.cacheWrite1hTokens * rates.cacheWrite1h;
    sums.cacheSaved += toCacheSaved(step, rates);
  }
  const tools = priceServerTools(table, call.usage);
  if (tools === null) return unpriced('count-absurd');
  guessed ||= tools.isGuess;
  const serverTools = tools.nanoDollars;
  const factor = isUnbilled(call) ? FREE : toFactor(call.usage);
  const tokens = sums.input + sums.output + sums.cacheRead + sums.cacheWrite;
  return {
    pricing: guessed ? 'guessed' : 'exact',
    nanoDollars: scale(tokens, factor) + serverTools,
    parts: {
      input: scale(sums.input, factor),
      output: scale(sums.output, factor),
      cacheRead: scale(sums.cacheRead, factor),
      cacheWrite: scale(sums.cacheWrite, factor),
      serverTools,
    },
    cacheSaved: scale(sums.cacheSaved, factor),
    priceVersion: table.version,
  };
}

function isAbsurd(step: BilledStep): boolean {
  const counts = [
    step.inputTokens,
    step.outputTokens,
    step.cacheReadTokens,
    step.cacheWrite5mTokens,
    step.cacheWrite1hTokens,
  ];
  return counts.some((count) => !Number.isSafeInteger(count) || count < 0 || count > TOKENS_MAX);
}

/** What a token of a call costs, by its top-level counts; null where nobody knows its price. */
export function findCallRates(
  table: PriceTable,
  call: PricedCall,
): { readonly rates: TokenRates; readonly scaled: (nanoDollars: NanoDollars) => NanoDollars } | null {
  const { model, usage, atMs } = call;
  if (model === null || model === '' || isAbsurd({ ...usage, model })) return null;
  if ((usage.suspicious ?? []).length > 0) return null;
  const found = findPrice(table, model, atMs);
  if (found.kind === 'unknown') return null;
  const { rates } = toStepRates(found.row, { ...usage, model }, usage.speed);
  const factor = toFactor(usage);
  return { rates, scaled: (nanoDollars) => scale(nanoDollars, factor) };
}

function toStepRates(row: PriceRow, step: BilledStep, speed: string | null): { rates: TokenRates; isGuess: boolean } {
  if (speed === 'fast') return { rates: row.fast ?? toDoubleRates(row.rates), isGuess: row.fast === null };
  const promptTokens = step.inputTokens + step.cacheReadTokens + step.cacheWrite5mTokens + step.cacheWrite1hTokens;
  const isLong = row.longPrompt !== null && promptTokens > row.longPrompt.promptTokens;
  return { rates: isLong && row.longPrompt !== null ? row.longPrompt.rates : row.rates, isGuess: false };
}

/** What fast mode is guessed at where no rates are published: twice the price, as all newer models have it. */
export function toDoubleRates(rates: TokenRates): TokenRates {
  return {
    input: rates.input * 2,
    output: rates.output * 2,
    cacheRead: rates.cacheRead * 2,
    cacheWrite5m: rates.cacheWrite5m * 2,
    cacheWrite1h: rates.cacheWrite1h * 2,
  };
}

/** All of a prompt as plain input, less what it was billed as. */
function toCacheSaved(step: BilledStep, rates: TokenRates): NanoDollars {
  return (
    step.cacheReadTokens * (rates.input - rates.cacheRead) +
    step.cacheWrite5mTokens * (rates.input - rates.cacheWrite5m) +
    step.cacheWrite1hTokens * (rates.input - rates.cacheWrite1h)
  );
}

/** A tool without a published price makes the cost a guess: it may be more. Null where a count cannot be true. */
function priceServerTools(table: PriceTable, usage: Usage): { nanoDollars: NanoDollars; isGuess: boolean } | null {
  let nanoDollars = 0;
  let isGuess = false;
  for (const [name, count] of Object.entries(usage.serverToolUses)) {
    if (!Number.isSafeInteger(count) || count < 0 || count > SERVER_TOOL_USES_MAX) return null;
    const price = table.serverTools[name];
    isGuess ||= price === undefined && count > 0;
    nanoDollars += count * (price ?? 0);
  }
  return { nanoDollars, isGuess };
}

/** A fraction, so that nothing is rounded before the end. */
interface Factor {
  readonly times: number;
  readonly by: number;
}

/**
 * A request that Claude declined before the first word of an answer is not billed, though its input is counted
 * (platform.claude.com/docs/en/build-with-claude/refusals-and-fallback, read 2026-11-21).
 */
function isUnbilled({ stopReason, usage }: PricedCall): boolean {
  return stopReason === 'refusal' && toBilledTokens(usage).outputTokens === 0;
}

const FREE: Factor = { times: 0, by: 1 };

/** Batches cost half, inference in the US a tenth more; both stack. */
function toFactor({ serviceTier, inferenceGeo }: Usage): Factor {
  const batch = serviceTier === 'batch' ? { times: 1, by: 2 } : { times: 1, by: 1 };
  const geo = inferenceGeo === 'us' ? { times: 11, by: 10 } : { times: 1, by: 1 };
  return { times: batch.times * geo.times, by: batch.by * geo.by };
}

/** `nanoDollars` times a fraction, half up. */
function scale(nanoDollars: NanoDollars, { times, by }: Factor): NanoDollars {
  return Math.floor((nanoDollars * times * 2 + by) / (by * 2));
}
