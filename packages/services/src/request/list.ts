import type { OperationInput, OperationOutput } from '@nexus/contract';
import { listRequests, type StatusFilter } from '@nexus/storage';
import type { Context } from '../context.ts';
import { parseCursor, toNextCursor } from '../keyset-cursor.ts';
import { requireStorage } from '../require-storage.ts';
import { toMs } from '../to-instant.ts';
import { toRequestSummary } from './to-request-summary.ts';

/** One page of recorded requests, newest first. `from` is inclusive, `to` exclusive. */
export async function listRequestSummaries(
  context: Context,
  input: OperationInput<'request.list'>,
): Promise<OperationOutput<'request.list'>> {
  const { requests, next } = await listRequests(requireStorage(context), {
    domain: input.domain,
    conversationId: input.conversationId,
    accountId: input.accountId,
    keyId: input.keyId,
    sessionId: input.sessionId,
    userId: input.user,
    project: input.project,
    model: input.model,
    kind: input.kind,
    status: input.status === undefined ? undefined : toStatusFilter(input.status),
    doubt: input.doubt,
    fromMs: toMs(input.from),
    toMs: toMs(input.to),
    before: parseCursor(input.cursor),
    limit: input.limit,
  });
  return {
    requests: requests.map(({ link, ...facts }) => toRequestSummary(facts, link)),
    nextCursor: toNextCursor(next),
  };
}

/** `text` has passed the contract: `ok`, `error`, a class such as `4xx`, or three digits. */
function toStatusFilter(text: string): StatusFilter {
  if (text === 'ok' || text === 'error') return { by: text };
  if (text.endsWith('xx')) return { by: 'class', hundreds: Number(text[0]) };
  return { by: 'status', status: Number(text) };
}
