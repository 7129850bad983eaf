import type { OperationInput, OperationOutput } from '@nexus/contract';
import { loadConversationTree } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { loadPath, readMessage } from './load-path.ts';
import { toBranchesByRequest } from './require-conversation.ts';

/** One page of what was said on a branch, from the beginning of the conversation: each message once. */
export async function listConversationMessages(
  context: Context,
  { conversationId, branch, from, limit }: OperationInput<'conversation.messages'>,
): Promise<OperationOutput<'conversation.messages'>> {
  const storage = requireStorage(context);
  const [path, requests] = await Promise.all([
    loadPath(storage, { conversationId, branch }),
    loadConversationTree(storage, conversationId),
  ]);
  const branchOf = toBranchesByRequest(requests);
  const messages = path.entries.slice(from, from + limit).map((entry, at) => {
    const { requestId, segment } = entry;
    const { role, content } = readMessage(entry);
    return { position: from + at, requestId, branch: branchOf.get(requestId) ?? null, segment, role, content };
  });
  const end = from + limit;
  return {
    branch,
    messages,
    messageCount: path.entries.length,
    nextFrom: end < path.entries.length ? end : null,
    unreadRequestIds: [...path.unreadRequestIds],
  };
}
