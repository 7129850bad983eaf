import type { BranchFacts } from '@nexus/core';
import { type StoredConversation, toBranch, toConversation } from '../../linking/conversation-rows.ts';
import type { Storage } from '../../storage.ts';

/** A conversation with all its branches, in the order in which they began; segments are those that `compacts`. */
export interface FoundConversation extends StoredConversation {
  readonly branches: readonly BranchFacts[];
}

/** One conversation, or null. Two walks of primary keys, whatever the number of its requests. */
export async function findConversation(
  { db }: Pick<Storage, 'db'>,
  conversationId: string,
): Promise<FoundConversation | null> {
  if (!isUuid(conversationId)) return null;
  const [row, branches] = await Promise.all([
    db.selectFrom('conversation').selectAll().where('conversation_id', '=', conversationId).executeTakeFirst(),
    db
      .selectFrom('branch')
      .selectAll()
      .where('conversation_id', '=', conversationId)
      .orderBy('first_at')
      .orderBy('name')
      .execute(),
  ]);
  return row ? { ...toConversation(row), branches: branches.map(toBranch) } : null;
}

/** Anything else would be an error of the database instead of a conversation that is not there. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
