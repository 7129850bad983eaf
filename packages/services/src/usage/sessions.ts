import type { OperationInput, OperationOutput } from '@nexus/contract';
import { listUsageSessions, type SessionUsage } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { toAnalyticsRange, toUsageFilter } from './analytics-range.ts';
import { toDollars } from './to-usage-sums.ts';

const DAYS_BY_DEFAULT = 7;

/** Sessions of a period, the latest first. */
export async function listSessionUsage(
  context: Context,
  input: OperationInput<'usage.sessions'>,
): Promise<OperationOutput<'usage.sessions'>> {
  const { fromMs, toMs } = toAnalyticsRange(input, context.clock(), DAYS_BY_DEFAULT);
  const filter = toUsageFilter(input);
  const found = await listUsageSessions(requireStorage(context), { fromMs, toMs, filter, limit: input.limit });
  return { sessions: found.map(toSessionRow) };
}

/** What a session used, as the API gives it. */
export function toSessionRow(session: SessionUsage) {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = session;
  return {
    session_id: session.sessionId,
    started_at: session.firstAt.toISOString(),
    last_activity: session.lastAt.toISOString(),
    requests: session.requestCount,
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    cached_tokens: cacheReadTokens,
    cache_creation_tokens: cacheWriteTokens,
    total_tokens: inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens,
    errors: session.errorCount,
    estimated_cost: toDollars(session.costNano),
    unpriced_requests: session.unpricedCount,
    duration_seconds: (session.lastAt.getTime() - session.firstAt.getTime()) / 1_000,
  };
}
