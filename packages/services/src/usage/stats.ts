import type { OperationInput, OperationOutput } from '@nexus/contract';
import { USAGE_SUM_NAMES, type UsageGroup, type UsageSumName, type UsageTotals } from '@nexus/storage';
import type { Context } from '../context.ts';
import { toMs } from '../to-instant.ts';
import { loadReport } from './load-report.ts';
import { addUsage, NO_USAGE, toCacheWrites, toTotalTokens } from './to-usage-sums.ts';

const DAY_MS = 86_400_000;

/** Totals since an instant, to the millisecond; since one that is yet to come, of nothing. */
export async function getUsageStats(
  context: Context,
  { domain, since }: OperationInput<'usage.stats'>,
): Promise<OperationOutput<'usage.stats'>> {
  const nowMs = context.clock();
  const fromMs = toMs(since) ?? nowMs - DAY_MS;
  const split = <Name extends UsageSumName>(by: UsageGroup, sums: readonly Name[]) =>
    loadReport(context, { fromMs, toMs: Math.max(nowMs, fromMs + 1), step: 'all', by, filter: { domain }, sums });
  const [byModel, byKind, byDomain] = await Promise.all([
    split('model', USAGE_SUM_NAMES),
    split('kind', ['requestCount']),
    split('domain', []),
  ]);
  const total = byModel.rows.reduce<UsageTotals>(addUsage, NO_USAGE);
  return {
    totalRequests: total.requestCount,
    totalTokens: toTotalTokens(total),
    totalInputTokens: total.inputTokens,
    totalOutputTokens: total.outputTokens,
    totalCacheCreationTokens: toCacheWrites(total),
    totalCacheReadTokens: total.cacheReadTokens,
    totalCostNano: total.costNano,
    averageResponseTime: total.requestCount === 0 ? 0 : total.durationMs / total.requestCount,
    errorCount: total.errorCount,
    activeDomains: byDomain.rows.length,
    requestsByModel: toCounts(byModel.rows),
    requestsByType: toCounts(byKind.rows),
  };
}

function toCounts(rows: readonly { readonly group: string | null; readonly requestCount: number }[]) {
  return Object.fromEntries(rows.map((row) => [row.group ?? '', row.requestCount]));
}
