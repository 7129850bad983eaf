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
      usage: UsageShape.nullable(),
      durationMs: z.int(),
    }),
    /** The recorder has it: everything a list row shows. The row is in the database within two seconds. */
    z.strictObject({ type: z.literal('request-recorded'), request: RequestSummary }),
    /** The watcher was away for longer than the feed remembers; what it missed is in the lists. */
    z.strictObject({ type: z.literal('gap'), inFlight: z.array(InFlightRequest).readonly() }),
  ])
  .meta({ id: 'LiveEvent' });
export type LiveEvent = z.infer<typeof LiveEvent>;
