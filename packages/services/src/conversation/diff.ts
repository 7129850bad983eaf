import { createHash } from 'node:crypto';
import { GatewayError, type OperationInput, type OperationOutput } from '@nexus/contract';
import { diffRequests } from '@nexus/core';
import type { FoundRequest, Storage } from '@nexus/storage';
import type { Context } from '../context.ts';
import { loadRequestBodyView } from '../request/load-body-views.ts';
import { requireRequest } from '../request/require-request.ts';
import { toRequestSummary } from '../request/to-request-summary.ts';
import { requireStorage } from '../require-storage.ts';

/** How two requests differ, of which at least one is of the conversation. */
export async function diffConversation(
  context: Context,
  { conversationId, from: fromId, to: toId }: OperationInput<'conversation.diff'>,
): Promise<OperationOutput<'conversation.diff'>> {
  const storage = requireStorage(context);
  const [from, to] = await Promise.all([requireRequest(storage, fromId), requireRequest(storage, toId)]);
  const isHere = [from, to].some(({ link }) => link.conversationId === conversationId.toLowerCase());
  if (!isHere) throw new GatewayError('request-unknown', { detail: { conversationId, fromId, toId } });
  const [fromBody, toBody] = await Promise.all([loadJson(storage, from), loadJson(storage, to)]);
  return {
    from: toRequestSummary(from.facts, from.link),
    to: toRequestSummary(to.facts, to.link),
    ...diffRequests(fromBody, toBody, { digest: toSha256 }),
  };
}

/** Only what can be read can be compared. @throws {GatewayError} `body-absent`. */
async function loadJson(storage: Storage, found: FoundRequest): Promise<unknown> {
  const view = await loadRequestBodyView(storage, found);
  if (view?.json === undefined) {
    throw new GatewayError('body-absent', { detail: { requestId: found.facts.requestId, part: 'request' } });
  }
  return view.json;
}

function toSha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}
