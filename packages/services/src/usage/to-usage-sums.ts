import type { UsageSums } from '@nexus/contract';
import type { UsageSumName, UsageTotals } from '@nexus/storage';

/** All sums, each as `toSum` tells it. */
function toTotals(toSum: (name: UsageSumName) => number): UsageTotals {
  return {
    requestCount: toSum('requestCount'),
    errorCount: toSum('errorCount'),
    estimatedCount: toSum('estimatedCount'),
    guessedCount: toSum('guessedCount'),
    unpricedCount: toSum('unpricedCount'),
    suspiciousCount: toSum('suspiciousCount'),
    inputTokens: toSum('inputTokens'),
    outputTokens: toSum('outputTokens'),
    cacheReadTokens: toSum('cacheReadTokens'),
    cacheWrite5mTokens: toSum('cacheWrite5mTokens'),
    cacheWrite1hTokens: toSum('cacheWrite1hTokens'),
    thinkingTokens: toSum('thinkingTokens'),
    costNano: toSum('costNano'),
    cacheSavedNano: toSum('cacheSavedNano'),
    durationMs: toSum('durationMs'),
  };
}

export const NO_USAGE = toTotals(() => 0);

export function addUsage(left: UsageTotals, right: UsageTotals): UsageTotals {
  return toTotals((name) => left[name] + right[name]);
}

/** Sums as the API gives them; their order is that of the columns where a table is asked for. */
export function toUsageSums(totals: UsageTotals): UsageSums {
  const { costNano, cacheSavedNano, durationMs, ...counts } = toTotals((name) => totals[name]);
  return { ...counts, totalTokens: toTotalTokens(totals), costNano, cacheSavedNano, durationMs };
}

/** The sums that tokens of every kind are told by. */
export const TOKEN_SUMS = [
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWrite5mTokens',
  'cacheWrite1hTokens',
] as const;

/** Tokens of every kind. */
export function toTotalTokens(totals: Pick<UsageTotals, (typeof TOKEN_SUMS)[number]>): number {
  return totals.inputTokens + totals.outputTokens + totals.cacheReadTokens + toCacheWrites(totals);
}

export function toCacheWrites({
  cacheWrite5mTokens,
  cacheWrite1hTokens,
}: Pick<UsageTotals, 'cacheWrite5mTokens' | 'cacheWrite1hTokens'>): number {
  return cacheWrite5mTokens + cacheWrite1hTokens;
}

/** Dollars, for those who ask in the spelling of the chat API; sums were made in nano-dollars before. */
export function toDollars(nanoDollars: number): number {
  return nanoDollars / 1_000_000_000;
}
