import { z } from 'zod';
import type { OperationDeclaration } from './operation-declaration.ts';
import { Format, TimeZone } from './usage-shapes.ts';

const Instant = z.iso.datetime();
const Period = z.enum(['hour', 'day', 'week', 'month']);
const Dollars = z.number();

/** Days are inclusive and those of `tz`. */
const RANGE = {
  start_date: z.iso.date().optional(),
  end_date: z.iso.date().optional(),
  tz: TimeZone.default('UTC'),
  project_id: z.string().min(1).max(200).optional(),
  user_id: z.string().min(1).max(200).optional(),
  model: z.string().min(1).max(200).optional(),
  credential: z.string().min(1).max(200).optional(),
  domain: z.string().min(1).max(255).optional(),
  format: Format,
} as const;

const SessionRow = z
  .strictObject({
    session_id: z.string(),
    started_at: Instant,
    last_activity: Instant,
    requests: z.int(),
    prompt_tokens: z.int(),
    completion_tokens: z.int(),
    cached_tokens: z.int(),
    cache_creation_tokens: z.int(),
    total_tokens: z.int(),
    errors: z.int(),
    estimated_cost: Dollars,
    /** Requests whose cost is not in the sum, because nobody knows their price. */
    unpriced_requests: z.int(),
    duration_seconds: z.number(),
  })
  .meta({ id: 'SessionUsage' });

/** The analytics of the chat API, by event time, in its own spelling. Costs are dollars. */
export const ANALYTICS_OPERATIONS = {
  'usage.summary': {
    method: 'GET',
    path: '/v1/analytics/usage',
    scope: 'read',
    about: 'Totals of a period; without one, of the last 30 days.',
    csv: '',
    input: z.strictObject(RANGE),
    output: z.strictObject({
      user_id: z.string().nullable(),
      period: z.strictObject({ start: z.iso.date(), end: z.iso.date() }),
      total_sessions: z.int(),
      /** With a request in the last hour of the period, or in the last hour where the period runs on. */
      active_sessions: z.int(),
      total_messages: z.int(),
      total_requests: z.int(),
      total_tokens: z.int(),
      prompt_tokens: z.int(),
      completion_tokens: z.int(),
      cached_tokens: z.int(),
      cache_creation_tokens: z.int(),
      unique_projects: z.int(),
      active_users: z.int(),
      /** Seconds. */
      average_session_duration: z.number(),
      error_rate: z.number(),
      estimated_cost: Dollars,
      unpriced_requests: z.int(),
    }),
  },
  'usage.models': {
    method: 'GET',
    path: '/v1/analytics/tokens',
    scope: 'read',
    about:
      'Tokens by model: of the last hour, day, week or month up to now, or of the days from start_date to end_date.',
    csv: 'usage_by_model',
    csvName: 'model',
    input: z.strictObject({ ...RANGE, period: Period.default('day') }),
    output: z.strictObject({
      /** `custom` where dates were given; they go before the period. */
      period: z.enum([...Period.options, 'custom']),
      /** What is covered, to the millisecond: from `start_date` on, and before `end_date`. */
      start_date: Instant,
      end_date: Instant,
      total_prompt_tokens: z.int(),
      total_completion_tokens: z.int(),
      total_cached_tokens: z.int(),
      total_cache_creation_tokens: z.int(),
      total_tokens: z.int(),
      usage_by_model: z.record(
        z.string(),
        z.strictObject({
          prompt_tokens: z.int(),
          completion_tokens: z.int(),
          total_tokens: z.int(),
          cached_tokens: z.int(),
          cache_creation_tokens: z.int(),
          /** Sessions with a request of this model. */
          sessions: z.int(),
          requests: z.int(),
          estimated_cost: Dollars,
          unpriced_requests: z.int(),
        }),
      ),
      estimated_total_cost: Dollars,
    }),
  },
  'usage.tools': {
    method: 'GET',
    path: '/v1/analytics/tools',
    scope: 'read',
    about: 'Tools that models called, most called first; without a range, of the last 7 days.',
    csv: 'tools',
    input: z.strictObject({ ...RANGE, limit: z.coerce.number().int().min(1).max(200).default(20) }),
    output: z.strictObject({
      period: z.strictObject({ start: z.iso.date(), end: z.iso.date() }),
      /** Calls, each by itself: an answer may have several. */
      total_invocations: z.int(),
      unique_tools: z.int(),
      tools: z.array(
        z.strictObject({
          tool_name: z.string(),
          /** The MCP server, where the name tells it. */
          server: z.string().nullable(),
          tool_type: z.enum(['mcp', 'client']),
          /** Calls, and the answers they stood in. */
          invocations: z.int(),
          requests: z.int(),
          /**
           * Null, all three: clients run tools by themselves. Whether a call failed stands in the bodies of all turns after it, and when
           * it ended nowhere: between an answer and the next turn lies the time in which somebody was asked, too.
           */
          success_rate: z.number().nullable(),
          average_duration_ms: z.number().nullable(),
          p95_duration_ms: z.number().nullable(),
          last_used: Instant,
        }),
      ),
    }),
  },
  'usage.sessions': {
    method: 'GET',
    path: '/v1/analytics/sessions',
    scope: 'read',
    about: 'Sessions of a period with what each used, the latest first; without one, of the last 7 days.',
    csv: 'sessions',
    input: z.strictObject({ ...RANGE, limit: z.coerce.number().int().min(1).max(500).default(100) }),
    output: z.strictObject({ sessions: z.array(SessionRow) }),
  },
  'usage.session': {
    method: 'GET',
    path: '/v1/analytics/sessions/:sessionId',
    scope: 'read',
    about: 'One session, with the tools it called and its tokens over time.',
    csv: 'token_timeline',
    input: z.strictObject({ sessionId: z.string().min(1).max(200), format: Format }),
    output: SessionRow.extend({
      message_count: z.int(),
      /** Milliseconds. */
      average_response_time: z.number(),
      /** Calls of each. */
      tools_used: z.record(z.string(), z.int()),
      token_usage: z.strictObject({
        prompt_tokens: z.int(),
        completion_tokens: z.int(),
        total_tokens: z.int(),
        cached_tokens: z.int(),
        cache_creation_tokens: z.int(),
        /** A part of `completion_tokens`; null where some requests are kept in sums alone. */
        reasoning_tokens: z.int().nullable(),
      }),
      /** The latest 1,000 requests, oldest first; tokens of every kind, and all of the session up to the end of each. */
      token_timeline: z.array(z.strictObject({ timestamp: Instant, tokens: z.int(), cumulative: z.int() })),
      /** Whether earlier requests are left out, and how many; the first `cumulative` has them in. */
      token_timeline_truncated: z.boolean(),
      token_timeline_requests_left_out: z.int(),
    }),
  },
  'usage.timeline': {
    method: 'GET',
    path: '/v1/analytics/timeseries',
    scope: 'read',
    about: 'One figure over time: 24 hours, 7 days, 4 weeks or 12 months, aligned, and zero where there was nothing.',
    csv: 'data_points',
    input: z.strictObject({
      ...RANGE,
      metric: z.enum(['sessions', 'messages', 'tokens', 'errors', 'requests', 'cost', 'latency']).default('tokens'),
      period: Period.default('day'),
    }),
    output: z.strictObject({
      metric: z.string(),
      period: Period,
      start_date: Instant,
      end_date: Instant,
      interval: z.string(),
      data_points: z.array(z.strictObject({ timestamp: Instant, value: z.number() })),
    }),
  },
} as const satisfies Record<string, OperationDeclaration>;
