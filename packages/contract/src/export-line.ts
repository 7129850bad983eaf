import { z } from 'zod';
import { ConversationSummary } from './conversation-shapes.ts';
import { RequestSummary } from './request-shapes.ts';

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

/** One line of an export of a conversation as JSONL. */
export const ExportLine = z.union([
  z.strictObject({
    type: z.literal('conversation'),
    format: z.literal(EXPORT_FORMAT_VERSION),
    conversation: ConversationSummary,
  }),
  z.strictObject({ ...Slice, text: z.string() }),
  z.strictObject({ ...Slice, base64: z.string() }),
  z.strictObject({
    type: z.literal('request'),
    request: RequestSummary,
    retryOf: z.uuid().nullable(),
    phases: PhaseTimings.readonly(),
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

export type ExportedRequest = Extract<ExportLine, { type: 'request' }>;
