import { EXPORT_FORMAT_VERSION, type ExportedBody, type ExportLine } from '@nexus/contract';
import { type FoundConversation, type KeptBody, type KeptRequest, type Storage, walkPayload } from '@nexus/storage';
import { toRequestSummary } from '../../request/to-request-summary.ts';
import { toConversationSummary } from '../to-conversation-summary.ts';
import { createByteBudget } from './byte-budget.ts';
import { toBytesField } from './exported-bytes.ts';

/**
 * A conversation with every byte that was recorded of it, one JSON object a line: first `conversation`, then each
 * `request` in the order in which they began, and before it the `slice`s of its body that no earlier line had; last
 * `end`, so that a file that was cut is told from a whole one. Turns of a conversation repeat all that came before; so
 * each message is in the file once. A body is its skeleton with runs of its slices, `[first, count]` by their numbers
 * (`joinBody` puts it together), or bytes: text where they are UTF-8, else base64.
 */
export async function writeJsonl(storage: Storage, found: FoundConversation): Promise<Uint8Array> {
  const lines: Buffer[] = [];
  const budget = createByteBudget();
  const write = (line: ExportLine): void => {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    budget.take(bytes.length);
    lines.push(bytes);
  };
  write({ type: 'conversation', format: EXPORT_FORMAT_VERSION, conversation: toConversationSummary(found) });
  const numbers = new Map<string, number>();
  let requestCount = 0;
  for await (const kept of walkPayload(storage, found.facts.conversationId)) {
    write(toRequestLine(kept, writeBody(kept.requestBody, { numbers, write })));
    requestCount += 1;
  }
  write({ type: 'end', requestCount });
  return Buffer.concat(lines);
}

function toRequestLine(kept: KeptRequest, requestBody: ExportedBody | null): ExportLine {
  const { responseBody } = kept;
  return {
    type: 'request',
    request: toRequestSummary(kept.facts, kept.link),
    retryOf: kept.link.retryOf,
    phases: kept.phases,
    ...(kept.errorDetail === undefined ? {} : { errorDetail: kept.errorDetail }),
    ...(kept.attempts === undefined ? {} : { attempts: kept.attempts }),
    requestHeaders: kept.requestHeaders,
    requestBody,
    requestSha256: kept.requestBody?.sha256 ?? null,
    responseHeaders: kept.responseHeaders,
    responseBody: responseBody === null ? null : toBytesField(responseBody.bytes),
    responseEncoding: responseBody?.encoding ?? null,
    responseTimings: responseBody?.timings ?? [],
  };
}

interface SliceWriter {
  /** The number of each slice, by its hash. */
  readonly numbers: Map<string, number>;
  readonly write: (line: ExportLine) => void;
}

/** Writes the slices that are new, and gives what stands in the request's line. */
function writeBody(body: KeptBody | null, { numbers, write }: SliceWriter): ExportedBody | null {
  if (body === null) return null;
  if (body.kind === 'whole') return toBytesField(body.bytes);
  for (const { hash, bytes } of body.fresh) {
    write({ type: 'slice', number: numbers.size, ...toBytesField(bytes) });
    numbers.set(hash, numbers.size);
  }
  const slices = toRuns(body.hashes.flatMap((hash) => numbers.get(hash) ?? []));
  return { skeleton: Buffer.from(body.skeleton).toString('base64'), slices };
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
