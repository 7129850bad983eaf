import { OUTCOMES } from '@nexus/core';
import { z } from 'zod';
import { RequestSummary, UsageShape } from './request-shapes.ts';

/** What is known of an exchange while it is in flight. */
export const InFlightRequest = z
  .strictObject({
    requestId: z.uuid(),
    startedAt: z.iso.datetime(),
    domain: z.string(),
    method: z.string(),
    path: z.string(),
    model: z.string().nullable(),
    stream: z.boolean(),
    sessionId: z.string().nullable(),
    agentId: z.string().nullable(),
    accountId: z.string().nullable(),
    requestBytes: z.int(),
    /** Filled as the answer streams. */
    status: z.int().nullable(),
    firstTokenMs: z.int().nullable(),
    outputTokens: z.int(),
    /** True while `outputTokens` is told from the text seen so far and not from Claude's own count. */
    outputTokensEstimated: z.boolean(),
    responseBytes: z.int(),
  })
  .meta({ id: 'InFlightRequest' });
export type InFlightRequest = z.infer<typeof InFlightRequest>;

/**
 * Events of `GET /sse`, each sent as one SSE event whose `event` is `type`, whose `data` is this JSON,
 * and whose `id` is a token of the process and a number that counts up, so that `Last-Event-ID` resumes without a gap
 * and a restart is told from one.
 */
export const LiveEvent = z
  .discriminatedUnion('type', [
    /** First event of every connection that does not resume: what is in flight now. */
    z.strictObject({ type: z.literal('snapshot'), inFlight: z.array(InFlightRequest).readonly() }),
    z.strictObject({ type: z.literal('request-started'), request: InFlightRequest }),
    z.strictObject({
      type: z.literal('request-first-token'),
      requestId: z.uuid(),
      status: z.int(),
      firstTokenMs: z.int(),
    }),
    /** At most four a second and exchange. */
    z.strictObject({
      type: z.literal('request-progress'),
      requestId: z.uuid(),
      status: z.int().nullable(),
      outputTokens: z.int(),
      outputTokensEstimated: z.boolean(),
      responseBytes: z.int(),
    }),
    z.strictObject({
      type: z.literal('request-ended'),
      requestId: z.uuid(),
      status: z.int().nullable(),
      outcome: z.enum(OUTCOMES),
      errorCode: z.string().nullable(),
      /** As the record will have it; null where this process did not look, or where nothing was used. */
      usage: UsageShape.nullable(),
      /** True where Claude's final count never came, and `usage` is a floor told from what was seen. */
      usageEstimated: z.boolean(),
      durationMs: z.int(),
    }),
    /** The recorder has it: everything a list row shows. The row is in the database within two seconds. */
    z.strictObject({ type: z.literal('request-recorded'), request: RequestSummary }),
    /** Its first turn is in the database. */
    z.strictObject({
      type: z.literal('conversation-created'),
      conversationId: z.guid(),
      domain: z.string(),
      requestId: z.uuid(),
      startedAt: z.iso.datetime(),
      preview: z.string(),
    }),
    /** A turn is in the database and has its place. Retries and what is no turn come without this. */
    z.strictObject({ type: z.literal('turn-added'), request: RequestSummary }),
    /** A turn went another way than one before it (`forks`), or goes on from a summary (`compacts`). */
    z.strictObject({
      type: z.literal('branch-forked'),
      conversationId: z.guid(),
      branch: z.string(),
      relation: z.enum(['forks', 'compacts']),
      requestId: z.uuid(),
      parentRequestId: z.uuid().nullable(),
    }),
    z.strictObject({
      type: z.literal('sub-agent-started'),
      conversationId: z.guid(),
      branch: z.string(),
      agentId: z.string().nullable(),
      requestId: z.uuid(),
      parentRequestId: z.uuid().nullable(),
    }),
    /** An agent answered without calling another tool; it may still be asked again. */
    z.strictObject({
      type: z.literal('sub-agent-ended'),
      conversationId: z.guid(),
      branch: z.string(),
      agentId: z.string().nullable(),
      requestId: z.uuid(),
      stopReason: z.string(),
    }),
    /** What is known of conversations is another now, beside what turns added. */
    z.strictObject({
      type: z.literal('conversations-changed'),
      because: z.enum(['relinked', 'deleted', 'imported']),
      conversationIds: z.array(z.guid()).readonly(),
    }),
    /** An account takes no requests for a while, and why; `until` is when it is tried again. */
    z.strictObject({
      type: z.literal('account-rested'),
      accountId: z.string(),
      name: z.string(),
      state: z.enum(['resting', 'auth-failed']),
      because: z.string(),
      until: z.iso.datetime().nullable(),
    }),
    /** It answers again. */
    z.strictObject({ type: z.literal('account-recovered'), accountId: z.string(), name: z.string() }),
    /** Its token ends within half an hour, and nobody renews it. */
    z.strictObject({
      type: z.literal('account-expiring'),
      accountId: z.string(),
      name: z.string(),
      expiresAt: z.iso.datetime(),
      because: z.string(),
    }),
    /** Somebody made, changed or ended a client key; what is known of them is to be read anew. */
    z.strictObject({ type: z.literal('keys-changed') }),
    /** Somebody set or took away a limit or a budget. */
    z.strictObject({ type: z.literal('limits-changed') }),
    /** The watcher was away for longer than the feed remembers; what it missed is in the lists. */
    z.strictObject({ type: z.literal('gap'), inFlight: z.array(InFlightRequest).readonly() }),
  ])
  .meta({ id: 'LiveEvent' });
export type LiveEvent = z.infer<typeof LiveEvent>;
