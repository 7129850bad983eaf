import { createHash } from 'node:crypto';
import { splitBody } from '@nexus/anthropic';
import {
  findRequest,
  findResponseBody,
  type FoundConversation,
  rebuildRequestBody,
  type Storage,
} from '@nexus/storage';
import { toRequestSummary } from '../../request/to-request-summary.ts';
import { requireTree } from '../require-conversation.ts';
import { toConversationSummary } from '../to-conversation-summary.ts';
import { createByteBudget } from './byte-budget.ts';

/** Raised when a reader of earlier files could not read a new one. */
const FORMAT_VERSION = 1;

/**
 * A conversation with every byte that was recorded of it, one JSON object a line: first `conversation`, then each
 * `request` in the order in which they began, and before it the `slice`s of its body that no earlier line had. Turns of a
 * conversation repeat all that came before; so each message is in the file once. A body is its skeleton with runs of its
 * slices, `[first, count]` by their numbers (`joinBody` puts it together), or bytes: text where they are UTF-8, else base64.
 */
export async function writeJsonl(storage: Storage, found: FoundConversation): Promise<Uint8Array> {
  const lines: Buffer[] = [];
  const budget = createByteBudget();
  const write = (value: object): void => {
    const line = Buffer.from(`${JSON.stringify(value)}\n`);
    budget.take(line.length);
    lines.push(line);
  };
  write({ type: 'conversation', format: FORMAT_VERSION, conversation: toConversationSummary(found) });
  const written = new Map<string, number>();
  for (const { facts } of await requireTree(storage, found.facts.conversationId)) {
    const request = await findRequest(storage, facts.requestId);
    // Deleted or moved by retention since the tree was read.
    if (request === null) continue;
    const body = request.requestBody === null ? null : await rebuildRequestBody(storage, facts.requestId);
    const answer = request.responseBody === null ? null : await findResponseBody(storage, facts.requestId);
    write({
      type: 'request',
      request: toRequestSummary(request.facts, request.link),
      retryOf: request.link.retryOf,
      phases: request.phases,
      requestHeaders: request.requestHeaders,
      requestBody: body === null ? null : writeBody(body.bytes, { written, write }),
      responseHeaders: request.responseHeaders,
      responseBody: answer === null ? null : toBytesField(answer.bytes),
      responseEncoding: answer?.encoding ?? null,
      responseTimings: answer?.timings ?? [],
    });
  }
  return Buffer.concat(lines);
}

interface SliceWriter {
  /** The number of each slice, by its hash. */
  readonly written: Map<string, number>;
  readonly write: (value: object) => void;
}

/** Writes the slices that are new, and gives what stands in the request's line. */
function writeBody(bytes: Uint8Array, { written, write }: SliceWriter): object {
  const split = splitBody(bytes);
  if (split === null) return toBytesField(bytes);
  const numbers = split.slices.map((slice) => {
    const hash = createHash('sha256').update(slice.bytes).digest('base64');
    const known = written.get(hash);
    if (known !== undefined) return known;
    const number = written.size;
    write({ type: 'slice', number, ...toBytesField(slice.bytes) });
    written.set(hash, number);
    return number;
  });
  return { skeleton: Buffer.from(split.skeleton).toString('base64'), slices: toRuns(numbers) };
}

/** A turn has what came before in one run, so that a file grows with what was said and not with its square. */
function toRuns(numbers: readonly number[]): [first: number, count: number][] {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run !== undefined && run[0] + run[1] === number) run[1] += 1;
    else runs.push([number, 1]);
  }
  return runs;
}

function toBytesField(bytes: Uint8Array): { readonly text: string } | { readonly base64: string } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { base64: Buffer.from(bytes).toString('base64') };
  }
}
