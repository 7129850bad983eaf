import { GatewayError, type OperationInput, type OperationOutput } from '@nexus/contract';
import { deleteConversation } from '@nexus/storage';
import { toAuditEntry } from '../audit/to-audit-entry.ts';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';

/** Deletes a conversation with every byte that was recorded of it. */
export async function deleteConversationForGood(
  context: Context,
  { conversationId }: OperationInput<'conversation.delete'>,
): Promise<OperationOutput<'conversation.delete'>> {
  const deletedRequestCount = await deleteConversation(requireStorage(context), {
    conversationId,
    deletedAtMs: context.clock(),
    deletionId: context.newId(),
    audit: toAuditEntry(context, { verb: 'delete', noun: 'conversation', nounId: conversationId }),
  });
  if (deletedRequestCount === null) throw new GatewayError('conversation-unknown', { detail: { conversationId } });
  return { conversationId, deletedRequestCount };
}
