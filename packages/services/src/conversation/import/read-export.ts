import { createHash } from 'node:crypto';
import { joinBody } from '@nexus/anthropic';
import type { ExportedConversation, ExportedRequest } from '@nexus/contract';
import type { RecordedRequest, RequestFacts } from '@nexus/core';
import { findRequestTime } from '@nexus/storage';
import { createByteBudget } from '../export/byte-budget.ts';
import { toBytes } from '../export/exported-bytes.ts';
import { toImportError } from './import-error.ts';
import { type NumberedLine, readLines } from './read-lines.ts';

/** What stands in a file of exports, in its order. */
export type ExportPart =
  | { readonly kind: 'conversation'; readonly conversation: ExportedConversation }
  | { readonly kind: 'request'; readonly record: RecordedRequest }
  | { readonly kind: 'end' };

export interface ExportReading {
  /** Whether bodies are compared with their hashes. */
  readonly verify: boolean;
}

/**
 * Reads a file of one or several exports. The messages of one conversation are in memory at a time.
 * @throws {GatewayError} `import-invalid` with the number of the line, `export-too-large`.
 */
export async function* readExport(
  bytes: AsyncIterable<Uint8Array>,
  { verify }: ExportReading,
): AsyncGenerator<ExportPart, void> {
  let open: OpenConversation | null = null;
  let number = 0;
  for await (const numbered of readLines(bytes)) {
    const { line } = numbered;
    ({ number } = numbered);
    if (line.type === 'conversation') {
      if (open !== null) throw toImportError(number, 'begins a conversation before the one above it ended');
      open = { slices: [], requestCount: 0, budget: createByteBudget() };
      yield { kind: 'conversation', conversation: line.conversation };
      continue;
    }
    if (open === null) throw toImportError(number, 'stands before the first conversation');
    const part = readPart(open, numbered, verify);
    if (part !== null) yield part;
    if (part?.kind === 'end') open = null;
  }
  if (number === 0) throw toImportError(1, 'is missing: the file is empty');
  if (open !== null)
    throw toImportError(number, 'is the last one, and its conversation has not ended: the file was cut');
}

interface OpenConversation {
  readonly slices: Uint8Array[];
  readonly budget: ReturnType<typeof createByteBudget>;
  requestCount: number;
}

function readPart(open: OpenConversation, { number, line }: NumberedLine, verify: boolean): ExportPart | null {
  switch (line.type) {
    case 'slice': {
      if (line.number !== open.slices.length) throw toImportError(number, `is not slice ${open.slices.length}`);
      const bytes = toBytes(line);
      open.budget.take(bytes.byteLength);
      open.slices.push(bytes);
      return null;
    }
    case 'request':
      open.requestCount += 1;
      return { kind: 'request', record: toRecord(open, { number, line }, verify) };
    case 'end':
      if (line.requestCount === open.requestCount) return { kind: 'end' };
      throw toImportError(number, `ends ${line.requestCount} requests, of which ${open.requestCount} are here`);
    case 'conversation':
      return null;
    default:
      return line satisfies never;
  }
}

interface NumberedRequest {
  readonly number: number;
  readonly line: ExportedRequest;
}

function toRecord(open: OpenConversation, { number, line }: NumberedRequest, verify: boolean): RecordedRequest {
  const requestBody = toRequestBody(open, { number, line });
  if (verify && requestBody !== null && toSha256(requestBody) !== line.requestSha256) {
    throw toImportError(number, 'has a body that does not match its hash');
  }
  return {
    facts: toFacts({ number, line }),
    payload: {
      requestHeaders: line.requestHeaders,
      responseHeaders: line.responseHeaders,
      phases: line.phases,
      ...(line.errorDetail === undefined ? {} : { errorDetail: line.errorDetail }),
      ...(line.attempts === undefined ? {} : { attempts: line.attempts }),
      requestBody,
      responseBody: line.responseBody === null ? null : toBytes(line.responseBody),
      responseEncoding: line.responseEncoding,
      responseTimings: line.responseTimings,
    },
  };
}

/** The time in an id and the recorded start may come from two readings of the clock. */
const CLOCK_DRIFT_MS = 1_000;

/** The facts without the place, which linking finds again. */
function toFacts({ number, line }: NumberedRequest): RequestFacts {
  const {
    startedAt,
    branch: _branch,
    relation: _relation,
    parentRequestId: _parent,
    linkSource: _source,
    linkBecause: _because,
    ...facts
  } = line.request;
  const startedAtMs = Date.parse(startedAt);
  const idMs = findRequestTime(facts.requestId);
  // A request is found by the time in its id.
  if (idMs === null || Math.abs(idMs - startedAtMs) > CLOCK_DRIFT_MS) {
    throw toImportError(number, 'has a request id that does not tell when the request began');
  }
  return { ...facts, startedAtMs };
}

function toRequestBody({ slices }: OpenConversation, { number, line }: NumberedRequest): Uint8Array | null {
  const body = line.requestBody;
  if (body === null) return null;
  if (!('skeleton' in body)) return toBytes(body);
  const parts = body.slices.flatMap(([first, count]) => slices.slice(first, first + count));
  const wanted = body.slices.reduce((sum, [, count]) => sum + count, 0);
  if (parts.length !== wanted) throw toImportError(number, 'needs slices that do not stand above it');
  return joinBody({ skeleton: Buffer.from(body.skeleton, 'base64'), slices: parts.map((bytes) => ({ bytes })) });
}

function toSha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
