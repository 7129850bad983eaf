import type { OperationInput, OperationOutput } from '@nexus/contract';
import { listConversations } from '@nexus/storage';
import type { Context } from '../context.ts';
import { parseCursor, toCursorText } from '../keyset-cursor.ts';
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
    model: input.model,
    fromMs: toMs(input.from),
    toMs: toMs(input.to),
    hasSubtasks: input.hasSubAgents,
    hasErrors: input.hasErrors,
    text: input.text,
    before: input.cursor === undefined ? undefined : toPlace(input.cursor),
    limit: input.limit,
  });
  return {
    conversations: conversations.map(toConversationSummary),
    nextCursor: next === null ? null : toCursorText({ atMs: next.lastAtMs, id: next.conversationId }),
  };
}

function toPlace(cursor: string) {
  const { atMs, id } = parseCursor(cursor);
  return { lastAtMs: atMs, conversationId: id };
}
