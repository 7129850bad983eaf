import { GatewayError, type OperationInput, type OperationOutput } from '@nexus/contract';
import { toBilledTokens } from '@nexus/core';
import { findUsageSession, listRequests, listSessionTools, listUsageSessions, type SessionUsage } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { toInstant } from '../to-instant.ts';
import { toAnalyticsRange, toUsageFilter } from './analytics-range.ts';
import { toDollars } from './to-usage-sums.ts';

const DAYS_BY_DEFAULT = 7;
/** The latest requests of a session that its time line is made of. */
const TIMELINE_MAX = 1_000;

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

/** One session with its tools and its time line. @throws {GatewayError} `request-unknown`. */
export async function getSessionUsage(
  context: Context,
  { sessionId }: OperationInput<'usage.session'>,
): Promise<OperationOutput<'usage.session'>> {
  const storage = requireStorage(context);
  const session = await findUsageSession(storage, sessionId);
  if (session === null) {
    throw new GatewayError('request-unknown', { publicMessage: 'No request of this session is known.' });
  }
  const range = { fromMs: session.firstAt.getTime(), toMs: session.lastAt.getTime() + 1 };
  const [tools, { requests }] = await Promise.all([
    listSessionTools(storage, { ...range, sessionId }),
    listRequests(storage, { ...range, sessionId, limit: TIMELINE_MAX }),
  ]);
  let cumulative = 0;
  const timeline = requests.toReversed().map(({ startedAtMs, usage }) => {
    const billed = usage === null ? null : toBilledTokens(usage);
    const tokens = billed === null ? 0 : billed.inputTokens + billed.outputTokens;
    cumulative += tokens;
    return { timestamp: toInstant(startedAtMs), tokens, cumulative };
  });
  return {
    ...toSessionRow(session),
    message_count: session.requestCount,
    average_response_time: session.durationMs / session.requestCount,
    tools_used: Object.fromEntries(tools.map(({ tool, requestCount }) => [tool, requestCount])),
    token_timeline: timeline,
  };
}

function toSessionRow(session: SessionUsage) {
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
