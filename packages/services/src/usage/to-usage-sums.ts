import type { UsageSums } from '@nexus/contract';
import type { UsageTotals } from '@nexus/storage';

export const NO_USAGE: UsageTotals = {
  requestCount: 0,
  errorCount: 0,
  estimatedCount: 0,
  guessedCount: 0,
  unpricedCount: 0,
  suspiciousCount: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  thinkingTokens: 0,
  costNano: 0,
  cacheSavedNano: 0,
  durationMs: 0,
};

/** Sums as the API gives them. */
export function toUsageSums(totals: UsageTotals): UsageSums {
  return {
    requestCount: totals.requestCount,
    errorCount: totals.errorCount,
    estimatedCount: totals.estimatedCount,
    guessedCount: totals.guessedCount,
    unpricedCount: totals.unpricedCount,
    suspiciousCount: totals.suspiciousCount,
    inputTokens: totals.inputTokens,
    outputTokens: totals.outputTokens,
    cacheReadTokens: totals.cacheReadTokens,
    cacheWrite5mTokens: totals.cacheWrite5mTokens,
    cacheWrite1hTokens: totals.cacheWrite1hTokens,
    thinkingTokens: totals.thinkingTokens,
    totalTokens: toTotalTokens(totals),
    costNano: totals.costNano,
    cacheSavedNano: totals.cacheSavedNano,
    durationMs: totals.durationMs,
  };
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

export function addUsage(left: UsageTotals, right: UsageTotals): UsageTotals {
  return {
    requestCount: left.requestCount + right.requestCount,
    errorCount: left.errorCount + right.errorCount,
    estimatedCount: left.estimatedCount + right.estimatedCount,
    guessedCount: left.guessedCount + right.guessedCount,
    unpricedCount: left.unpricedCount + right.unpricedCount,
    suspiciousCount: left.suspiciousCount + right.suspiciousCount,
    inputTokens: left.inputTokens + right.inputTokens,
    outputTokens: left.outputTokens + right.outputTokens,
    cacheReadTokens: left.cacheReadTokens + right.cacheReadTokens,
    cacheWrite5mTokens: left.cacheWrite5mTokens + right.cacheWrite5mTokens,
    cacheWrite1hTokens: left.cacheWrite1hTokens + right.cacheWrite1hTokens,
    thinkingTokens: left.thinkingTokens + right.thinkingTokens,
    costNano: left.costNano + right.costNano,
    cacheSavedNano: left.cacheSavedNano + right.cacheSavedNano,
    durationMs: left.durationMs + right.durationMs,
  };
}

/** Dollars, for those who ask in the spelling of the chat API; sums were made in nano-dollars before. */
export function toDollars(nanoDollars: number): number {
  return nanoDollars / 1_000_000_000;
}
