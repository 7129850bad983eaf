import type { Link, RequestFacts } from '@nexus/core';
import type { Storage } from '../../storage.ts';
import { toFacts } from '../request/to-facts.ts';
import { toRequestLink } from '../request/to-request-link.ts';
import { isUuid } from './find-conversation.ts';

/** A request and where it stands. */
export interface TreeRequest {
  readonly facts: RequestFacts;
  readonly link: Link;
}

/** A tree of more would be nobody's to look at; the oldest are given. */
export const TREE_REQUESTS_MAX = 20_000;

/** All requests of a conversation with their places, in the order in which they began: one walk of the primary key. */
export async function loadConversationTree(
  storage: Pick<Storage, 'db'>,
  conversationId: string,
): Promise<TreeRequest[]> {
  if (!isUuid(conversationId)) return [];
  const rows = await toTreeQuery(storage, conversationId).execute();
  return rows.map((row) => ({ facts: toFacts(row), link: toRequestLink(row) }));
}

export function toTreeQuery({ db }: Pick<Storage, 'db'>, conversationId: string) {
  return db
    .selectFrom('request')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .orderBy('started_at')
    .orderBy('request_id')
    .limit(TREE_REQUESTS_MAX);
}
