import type { OperationInput, OperationOutput } from '@nexus/contract';
import { loadUsageWindow } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { toInstant } from '../to-instant.ts';
import { toCacheWrites } from './to-usage-sums.ts';

const MINUTE_MS = 60_000;
const SUMS = [
  'requestCount',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWrite5mTokens',
  'cacheWrite1hTokens',
  'costNano',
  'unpricedCount',
] as const;

/** What an account used in a window that ends now. */
export async function getCurrentUsage(
  context: Context,
  { accountId, window, domain, model }: OperationInput<'usage.current'>,
): Promise<OperationOutput<'usage.current'>> {
  const toMs = context.clock();
  const fromMs = toMs - window * MINUTE_MS;
  const used = await loadUsageWindow(requireStorage(context), {
    fromMs,
    toMs,
    filter: { accountId, domain, model },
    sums: SUMS,
  });
  return {
    accountId,
    domain: domain ?? 'all',
    model: model ?? 'all',
    windowStart: toInstant(fromMs),
    windowEnd: toInstant(toMs),
    totalInputTokens: used.inputTokens,
    totalOutputTokens: used.outputTokens,
    totalTokens: used.inputTokens + used.outputTokens,
    totalRequests: used.requestCount,
    cacheCreationInputTokens: toCacheWrites(used),
    cacheReadInputTokens: used.cacheReadTokens,
    costNano: used.costNano,
    unpricedRequests: used.unpricedCount,
  };
}
