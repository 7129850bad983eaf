import { GatewayError, type OperationInput, type OperationOutput } from '@nexus/contract';
import { findUsageSession, listSessionTools, loadSessionTokens, type SessionTokens } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { toSessionRow } from './sessions.ts';

/** The latest requests of a session that its time line is made of. */
const TIMELINE_MAX = 1_000;

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
  const range = { sessionId, fromMs: session.firstAt.getTime(), toMs: session.lastAt.getTime() + 1 };
  const [tools, tokens] = await Promise.all([
    listSessionTools(storage, range),
    loadSessionTokens(storage, { ...range, limit: TIMELINE_MAX }),
  ]);
  const row = toSessionRow(session);
  const leftOut = session.requestCount - tokens.points.reduce((sum, { requestCount }) => sum + requestCount, 0);
  return {
    ...row,
    message_count: session.requestCount,
    token_usage: {
      prompt_tokens: row.prompt_tokens,
      completion_tokens: row.completion_tokens,
      total_tokens: row.total_tokens,
      cached_tokens: row.cached_tokens,
      cache_creation_tokens: row.cache_creation_tokens,
      reasoning_tokens: tokens.rowCount < session.requestCount ? null : tokens.thinkingTokens,
    },
    average_response_time: session.durationMs / session.requestCount,
    tools_used: Object.fromEntries(tools.map(({ tool, callCount }) => [tool, callCount])),
    token_timeline: toTimeline(tokens, row.total_tokens),
    token_timeline_truncated: leftOut > 0,
    token_timeline_requests_left_out: leftOut,
  };
}

/** Ends at what the session used as a whole: what was before its first point is in the first sum. */
function toTimeline({ points }: SessionTokens, totalTokens: number) {
  let cumulative = totalTokens - points.reduce((sum, { tokens }) => sum + tokens, 0);
  return points.map(({ at, tokens }) => {
    cumulative += tokens;
    return { timestamp: at.toISOString(), tokens, cumulative };
  });
}
