import { z } from 'zod';
import { RequestSummary, UsageShape } from './request-shapes.ts';

/** Raised when a reader of earlier files could not read a new one. */
export const EXPORT_FORMAT_VERSION = 1;

/** Bytes: text where they are UTF-8, else base64. */
const ExportedBytes = z.union([z.strictObject({ text: z.string() }), z.strictObject({ base64: z.string() })]);
export type ExportedBytes = z.infer<typeof ExportedBytes>;

/** A body: its skeleton with runs of its slices, `[first, count]` by their numbers, or its bytes. */
const ExportedBody = z.union([
  z.strictObject({
    skeleton: z.string(),
    slices: z.array(z.tuple([z.int().nonnegative(), z.int().positive()]).readonly()).readonly(),
  }),
  ExportedBytes,
]);
export type ExportedBody = z.infer<typeof ExportedBody>;

const Headers = z.array(z.tuple([z.string(), z.string()]).readonly()).readonly();
const Slice = { type: z.literal('slice'), number: z.int().nonnegative() };
const PhaseTimings = z.record(z.string(), z.strictObject({ startUs: z.number(), endUs: z.number() }).readonly());

const ExportedAttempt = z
  .strictObject({
    accountId: z.string(),
    status: z.int().nullable(),
    because: z.string(),
    startMs: z.number(),
    durationMs: z.number(),
  })
  .readonly();

/** One line of an export of a conversation as JSONL. */
export const ExportLine = z.union([
  z.strictObject({
    type: z.literal('conversation'),
    format: z.literal(EXPORT_FORMAT_VERSION),
    /** All of a `ConversationSummary`; what a reader needs of it is named here. */
    conversation: z.looseObject({ conversationId: z.guid(), domain: z.string(), title: z.string().nullable() }),
  }),
  z.strictObject({ ...Slice, text: z.string() }),
  z.strictObject({ ...Slice, base64: z.string() }),
  z.strictObject({
    type: z.literal('request'),
    request: RequestSummary,
    retryOf: z.uuid().nullable(),
    phases: PhaseTimings.readonly(),
    /** Absent where we made no error, and where the first account that was asked answered. */
    errorDetail: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .readonly()
      .optional(),
    attempts: z.array(ExportedAttempt).readonly().optional(),
    requestHeaders: Headers,
    requestBody: ExportedBody.nullable(),
    /** Of the body as it passed, hex. */
    requestSha256: z.hash('sha256').nullable(),
    responseHeaders: Headers,
    responseBody: ExportedBytes.nullable(),
    responseEncoding: z.string().nullable(),
    responseTimings: z.array(z.tuple([z.number(), z.number()]).readonly()).readonly(),
  }),
  z.strictObject({ type: z.literal('end'), requestCount: z.int().nonnegative() }),
]);
export type ExportLine = z.infer<typeof ExportLine>;

export type ExportedConversation = Extract<ExportLine, { type: 'conversation' }>['conversation'];
export type ExportedRequest = Extract<ExportLine, { type: 'request' }>;

/**
 * A line of an earlier version as this one would have written it: facts of a request that a later version added are
 * unknown, and null where that is allowed.
 */
export function toCurrentLine(line: unknown): unknown {
  if (!isObject(line) || !isObject(line['request'])) return line;
  const { request } = line;
  const { usage } = request;
  const facts = fillGaps(RequestSummary.shape, request);
  return { ...line, request: isObject(usage) ? { ...facts, usage: fillGaps(UsageShape.shape, usage) } : facts };
}

function fillGaps(
  shape: Readonly<Record<string, z.ZodType>>,
  value: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const missing = Object.entries(shape).filter(
    ([name, schema]) => !Object.hasOwn(value, name) && schema.safeParse(null).success,
  );
  return { ...Object.fromEntries(missing.map(([name]) => [name, null])), ...value };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
