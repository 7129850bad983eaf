import type { OperationInput, OperationOutput } from '@nexus/contract';
import { type TimeRange, USAGE_SUM_NAMES, type UsageTotals } from '@nexus/storage';
import type { Context } from '../context.ts';
import { toInstant } from '../to-instant.ts';
import { toAnalyticsRange, toUsageFilter } from './analytics-range.ts';
import { loadReport } from './load-report.ts';
import { addUsage, NO_USAGE, toCacheWrites, toDollars, toTotalTokens } from './to-usage-sums.ts';

const HOUR_MS = 3_600_000;
const PERIOD_MS = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 168 * HOUR_MS, month: 720 * HOUR_MS } as const;

/** Tokens of a period by model. */
export async function listModelUsage(
  context: Context,
  input: OperationInput<'usage.models'>,
): Promise<OperationOutput<'usage.models'>> {
  const report = await loadReport(context, {
    ...toRange(context, input),
    step: 'all',
    by: 'model',
    filter: toUsageFilter(input),
    sums: USAGE_SUM_NAMES,
  });
  const total = report.rows.reduce<UsageTotals>(addUsage, NO_USAGE);
  return {
    period: input.period,
    start_date: toInstant(report.fromMs),
    end_date: toInstant(report.toMs),
    total_prompt_tokens: total.inputTokens,
    total_completion_tokens: total.outputTokens,
    total_cached_tokens: total.cacheReadTokens,
    total_cache_creation_tokens: toCacheWrites(total),
    total_tokens: toTotalTokens(total),
    usage_by_model: Object.fromEntries(report.rows.map((row) => [row.group ?? '', toModelUsage(row)])),
    estimated_total_cost: toDollars(total.costNano),
  };
}

function toRange(context: Context, input: OperationInput<'usage.models'>): TimeRange {
  const nowMs = context.clock();
  if (input.start_date !== undefined || input.end_date !== undefined) return toAnalyticsRange(input, nowMs, 1);
  return { fromMs: nowMs - PERIOD_MS[input.period], toMs: nowMs };
}

function toModelUsage(totals: UsageTotals) {
  return {
    prompt_tokens: totals.inputTokens,
    completion_tokens: totals.outputTokens,
    total_tokens: toTotalTokens(totals),
    requests: totals.requestCount,
    estimated_cost: toDollars(totals.costNano),
    unpriced_requests: totals.unpricedCount,
  };
}
