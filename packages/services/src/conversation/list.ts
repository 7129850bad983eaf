import type { OperationInput, OperationOutput } from '@nexus/contract';
import { parseSearch, type Search } from '@nexus/core';
import { listConversations } from '@nexus/storage';
import { type Context, listScopes } from '../context.ts';
import { parseCursor, toNextCursor } from '../keyset-cursor.ts';
import { requireStorage } from '../require-storage.ts';
import { toMs } from '../to-instant.ts';
import { toConversationSummary } from './to-conversation-summary.ts';

/** One page of conversations, the most recently active first. */
export async function listConversationSummaries(
  context: Context,
  input: OperationInput<'conversation.list'>,
): Promise<OperationOutput<'conversation.list'>> {
  const { conversations, next } = await listConversations(requireStorage(context), {
    domain: input.domain,
    accountId: input.accountId,
    keyId: input.keyId,
    sessionId: input.sessionId,
    userId: input.user,
    project: input.project,
    model: input.model,
    fromMs: toMs(input.from),
    toMs: toMs(input.to),
    hasSubtasks: input.hasSubAgents,
    hasErrors: input.hasErrors,
    text: input.text,
    said: toSaid(context, input.text),
    before: parseCursor(input.cursor),
    limit: input.limit,
  });
  return {
    conversations: conversations.map(toConversationSummary),
    nextCursor: toNextCursor(next),
  };
}

/** What messages say is for those who may read them: a filter tells of it as much as a search does. */
function toSaid(context: Context, text: string | undefined): Search | undefined {
  if (text === undefined || !listScopes(context.actor).includes('content')) return undefined;
  return parseSearch(text) ?? undefined;
}
