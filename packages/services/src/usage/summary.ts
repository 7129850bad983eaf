import type { OperationInput, OperationOutput } from '@nexus/contract';
import {
  countUsageSessions,
  USAGE_SUM_NAMES,
  type UsageGroup,
  type UsageSumName,
  type UsageTotals,
} from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { toAnalyticsRange, toUsageFilter } from './analytics-range.ts';
import { loadReport } from './load-report.ts';
import { addUsage, NO_USAGE, toCacheWrites, toDollars, toTotalTokens } from './to-usage-sums.ts';

const DAYS_BY_DEFAULT = 30;

/** Totals of a period, in the spelling of the chat API. */
export async function summarizeUsage(
  context: Context,
  input: OperationInput<'usage.summary'>,
): Promise<OperationOutput<'usage.summary'>> {
  const storage = requireStorage(context);
  const nowMs = context.clock();
  const { start, end, ...range } = toAnalyticsRange(input, nowMs, DAYS_BY_DEFAULT);
  const filter = toUsageFilter(input);
  const split = <Name extends UsageSumName>(by: UsageGroup, sums: readonly Name[]) =>
    loadReport(context, { ...range, step: 'all', by, filter, sums });
  const [kinds, projects, users, sessions] = await Promise.all([
    split('kind', USAGE_SUM_NAMES),
    split('projectId', []),
    split('userId', []),
    countUsageSessions(storage, { ...range, filter, nowMs }),
  ]);
  const total = kinds.rows.reduce<UsageTotals>(addUsage, NO_USAGE);
  return {
    user_id: input.user_id ?? null,
    period: { start, end },
    total_sessions: sessions.sessionCount,
    active_sessions: sessions.activeCount,
    total_messages: kinds.rows.find(({ group }) => group === 'inference')?.requestCount ?? 0,
    total_requests: total.requestCount,
    total_tokens: toTotalTokens(total),
    prompt_tokens: total.inputTokens,
    completion_tokens: total.outputTokens,
    cached_tokens: total.cacheReadTokens,
    cache_creation_tokens: toCacheWrites(total),
    unique_projects: projects.rows.filter(({ group }) => group !== '').length,
    active_users: users.rows.filter(({ group }) => group !== '').length,
    average_session_duration: sessions.averageMs / 1_000,
    error_rate: total.requestCount === 0 ? 0 : total.errorCount / total.requestCount,
    estimated_cost: toDollars(total.costNano),
    unpriced_requests: total.unpricedCount,
  };
}
