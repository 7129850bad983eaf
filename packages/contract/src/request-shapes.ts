import { REQUEST_KINDS } from '@nexus/anthropic';
import { LINK_SOURCES, OUTCOMES, PAYLOAD_STATES, PRICINGS, RELATIONS } from '@nexus/core';
import { z } from 'zod';
import { CacheUse } from './cache-shapes.ts';

const Tokens = z.int().nonnegative();

export const UsageShape = z
  .strictObject({
    inputTokens: Tokens,
    outputTokens: Tokens,
    cacheReadTokens: Tokens,
    cacheWrite5mTokens: Tokens,
    cacheWrite1hTokens: Tokens,
    thinkingTokens: Tokens,
    serverToolUses: z.record(z.string(), z.int()).readonly(),
    iterations: z
      .array(
        z.strictObject({
          type: z.string(),
          model: z.string().nullable(),
          inputTokens: Tokens,
          outputTokens: Tokens,
          cacheReadTokens: Tokens,
          cacheWrite5mTokens: Tokens,
          cacheWrite1hTokens: Tokens,
        }),
      )
      .readonly(),
    /** `batch`, `priority` or `standard`; `fast`; `us`: what prices depend on beside the counts, where Claude tells. */
    serviceTier: z.string().nullable(),
    speed: z.string().nullable(),
    inferenceGeo: z.string().nullable(),
    /** Figures that cannot be true, by their names on the wire and as they stood there; absent where all can. */
    suspicious: z
      .array(z.strictObject({ field: z.string(), value: z.string() }))
      .readonly()
      .optional(),
  })
  .meta({ id: 'Usage' });

/** Why the figures of a request are not all that they could be: its price, or its counts. */
export const REQUEST_DOUBTS = ['unpriced', 'guessed', 'estimated', 'suspicious'] as const;

/** Money in integer nano-dollars (10⁻⁹ $). Null where the price is not known, which is not the same as nothing. */
export const CostShape = z
  .strictObject({
    nanoDollars: z.int().nullable(),
    /** `exact` by the price table, `guessed` by the family of an unknown model, `unpriced`. */
    pricing: z.enum(PRICINGS),
    /** Version of the price table. */
    priceVersion: z.string(),
  })
  .meta({ id: 'Cost' });

/**
 * The narrow facts of a request as the API gives them: `RequestFacts` with an ISO instant, and its place in its
 * conversation. Where the place is not known yet (`request-recorded` of the live feed), `relation` is null, and
 * `conversationId` may still change.
 */
export const RequestSummary = z
  .strictObject({
    requestId: z.uuid(),
    conversationId: z.guid(),
    startedAt: z.iso.datetime(),
    domain: z.string(),
    keyId: z.string().nullable(),
    accountId: z.string().nullable(),
    sessionId: z.string().nullable(),
    agentId: z.string().nullable(),
    parentAgentId: z.string().nullable(),
    /** The `x-nexus-user` of the caller, else the user that its client names; a name, and no proof. */
    userId: z.string().nullable(),
    /** The `x-nexus-project` of the caller, else the directory that Claude Code works in. */
    project: z.string().nullable(),
    method: z.string(),
    path: z.string(),
    query: z.string(),
    kind: z.enum(REQUEST_KINDS),
    model: z.string().nullable(),
    modelServed: z.string().nullable(),
    stream: z.boolean(),
    status: z.int().nullable(),
    outcome: z.enum(OUTCOMES),
    errorCode: z.string().nullable(),
    errorType: z.string().nullable(),
    stopReason: z.string().nullable(),
    usage: UsageShape.nullable(),
    usageEstimated: z.boolean(),
    /** Null where nothing was used. On subscriptions: what the API would have charged. */
    cost: CostShape.nullable(),
    firstByteMs: z.int().nullable(),
    firstTokenMs: z.int().nullable(),
    durationMs: z.int(),
    requestBytes: z.int(),
    responseBytes: z.int(),
    upstreamRequestId: z.string().nullable(),
    userAgent: z.string().nullable(),
    messageCount: z.int(),
    /** The tool of each call in the answer, in order. */
    toolNames: z.array(z.string()).readonly(),
    preview: z.string(),
    payload: z.enum(PAYLOAD_STATES),
    /** Null for what is no turn of its conversation. */
    branch: z.string().nullable(),
    relation: z.enum(RELATIONS).nullable(),
    parentRequestId: z.uuid().nullable(),
    linkSource: z.enum(LINK_SOURCES).nullable(),
    /** The reason of its place in words. */
    linkBecause: z.string().nullable(),
  })
  .meta({ id: 'RequestSummary' });
export type RequestSummary = z.infer<typeof RequestSummary>;

const HeaderPairs = z.array(z.tuple([z.string(), z.string()]).readonly()).readonly();

/** One body as the request page shows it: parsed JSON where it is JSON, text otherwise, and where to get the raw bytes. */
export const BodyView = z
  .strictObject({
    bytes: z.int(),
    encoding: z.string().nullable(),
    mediaType: z.string().nullable(),
    /** The parsed body; for a stream the assembled message. Absent where it cannot be read as JSON. */
    json: z.unknown().optional(),
    /** The body as text where it is not JSON; for a stream the decoded event text, cut at 1 MB. */
    text: z.string().optional(),
    /** SHA-256 of the raw bytes, hex. */
    sha256: z.string(),
  })
  .meta({ id: 'BodyView' });

export type BodyView = z.infer<typeof BodyView>;

/** What the results of a batch held, and what of it was counted for this request. */
export const BatchUse = z
  .strictObject({
    succeededCount: z.int(),
    /** Errored, canceled and expired ones: Claude bills none of them. */
    unbilledCount: z.int(),
    /** Lines that could not be read; what they used is in no sum. */
    unreadCount: z.int(),
    /** False where the end is missing: what it holds is counted once the results are fetched whole. */
    isWhole: z.boolean(),
    /** Messages that were counted for this request; the others that succeeded were counted before. */
    countedCount: z.int(),
    totalTokens: z.int(),
    costNano: z.int(),
    unpricedCount: z.int(),
  })
  .meta({ id: 'BatchUse' });
export type BatchUse = z.infer<typeof BatchUse>;

export const RequestDetail = z
  .strictObject({
    request: RequestSummary,
    /** What is known of an error of ours beyond its code: what the caller was told, and the cause. */
    errorDetail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullable(),
    /** Accounts that were asked, in order; empty where the first one answered. */
    attempts: z
      .array(
        z.strictObject({
          accountId: z.string(),
          status: z.int().nullable(),
          because: z.string(),
          startMs: z.int(),
          durationMs: z.int(),
        }),
      )
      .readonly(),
    /** What the prompt cache did for it; null for what is no turn, and for a moment after it was recorded. */
    cache: CacheUse.nullable(),
    /** For results of a batch that were fetched; null for everything else, and where the details are gone. */
    batch: BatchUse.nullable(),
    phases: z.array(z.strictObject({ name: z.string(), startUs: z.number(), endUs: z.number() })),
    requestHeaders: HeaderPairs,
    responseHeaders: HeaderPairs,
    requestBody: BodyView.nullable(),
    responseBody: BodyView.nullable(),
    /** Pieces of the answer as they arrived: [milliseconds since the first byte, bytes]. */
    responseTimings: z.array(z.tuple([z.number(), z.int()]).readonly()).readonly(),
  })
  .meta({ id: 'RequestDetail' });
export type RequestDetail = z.infer<typeof RequestDetail>;
