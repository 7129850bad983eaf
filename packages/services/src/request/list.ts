import type { OperationInput, OperationOutput } from '@nexus/contract';
import { listRequests, type StatusFilter } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { parseCursor, toCursorText } from './cursor.ts';
import { toRequestSummary } from './to-request-summary.ts';

/** One page of recorded requests, newest first. `from` is inclusive, `to` exclusive. */
export async function listRequestSummaries(
  context: Context,
  input: OperationInput<'request.list'>,
): Promise<OperationOutput<'request.list'>> {
  const page = await listRequests(requireStorage(context), {
    domain: input.domain,
    model: input.model,
    kind: input.kind,
    status: input.status === undefined ? undefined : toStatusFilter(input.status),
    fromMs: toMs(input.from),
    toMs: toMs(input.to),
    before: input.cursor === undefined ? undefined : parseCursor(input.cursor),
    limit: input.limit,
  });
  return {
    requests: page.requests.map(toRequestSummary),
    nextCursor: page.next === null ? null : toCursorText(page.next),
  };
}

/** `text` has passed the contract: `ok`, `error`, a class such as `4xx`, or three digits. */
function toStatusFilter(text: string): StatusFilter {
  if (text === 'ok' || text === 'error') return { by: text };
  if (text.endsWith('xx')) return { by: 'class', hundreds: Number(text[0]) };
  return { by: 'status', status: Number(text) };
}

function toMs(instant: string | undefined): number | undefined {
  return instant === undefined ? undefined : Date.parse(instant);
}
