import type { OperationInput, OperationOutput } from '@nexus/contract';
import { countModelSessions, type TimeRange, USAGE_SUM_NAMES, type UsageTotals } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { toInstant } from '../to-instant.ts';
import { hasDates, toAnalyticsRange, toUsageFilter } from './analytics-range.ts';
import { loadReport } from './load-report.ts';
import { addUsage, NO_USAGE, toCacheWrites, toDollars, toTotalTokens } from './to-usage-sums.ts';

const HOUR_MS = 3_600_000;
const PERIOD_MS = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 168 * HOUR_MS, month: 720 * HOUR_MS } as const;
/** Of a range that has one end only. */
const PERIOD_DAYS = { hour: 1, day: 1, week: 7, month: 30 } as const;

/** Tokens of a period by model. */
export async function listModelUsage(
  context: Context,
  input: OperationInput<'usage.models'>,
): Promise<OperationOutput<'usage.models'>> {
  const storage = requireStorage(context);
  const range = toRange(context.clock(), input);
  const filter = toUsageFilter(input);
  const [report, sessions] = await Promise.all([
    loadReport(context, { ...range, step: 'all', by: 'model', filter, sums: USAGE_SUM_NAMES }),
    countModelSessions(storage, { ...range, filter }),
  ]);
  const total = report.rows.reduce<UsageTotals>(addUsage, NO_USAGE);
  return {
    period: hasDates(input) ? 'custom' : input.period,
    start_date: toInstant(range.fromMs),
    end_date: toInstant(range.toMs),
    total_prompt_tokens: total.inputTokens,
    total_completion_tokens: total.outputTokens,
    total_cached_tokens: total.cacheReadTokens,
    total_cache_creation_tokens: toCacheWrites(total),
    total_tokens: toTotalTokens(total),
    usage_by_model: Object.fromEntries(
      report.rows.map((row) => {
        const model = row.group ?? '';
        return [model, { ...toModelUsage(row), sessions: sessions.get(model) ?? 0 }];
      }),
    ),
    estimated_total_cost: toDollars(total.costNano),
  };
}

function toRange(nowMs: number, input: OperationInput<'usage.models'>): TimeRange {
  if (!hasDates(input)) return { fromMs: nowMs - PERIOD_MS[input.period], toMs: nowMs };
  const { fromMs, toMs } = toAnalyticsRange(input, nowMs, PERIOD_DAYS[input.period]);
  return { fromMs, toMs };
}

function toModelUsage(totals: UsageTotals) {
  return {
    prompt_tokens: totals.inputTokens,
    completion_tokens: totals.outputTokens,
    total_tokens: toTotalTokens(totals),
    cached_tokens: totals.cacheReadTokens,
    cache_creation_tokens: toCacheWrites(totals),
    requests: totals.requestCount,
    estimated_cost: toDollars(totals.costNano),
    unpriced_requests: totals.unpricedCount,
  };
}
