import { GatewayError } from '@nexus/contract';
import {
  findConversation,
  type FoundConversation,
  loadConversationTree,
  type Storage,
  type TreeRequest,
} from '@nexus/storage';

/** A conversation with its branches. @throws {GatewayError} `conversation-unknown`. */
export async function requireConversation(storage: Storage, conversationId: string): Promise<FoundConversation> {
  const found = await findConversation(storage, conversationId);
  if (found === null) throw new GatewayError('conversation-unknown', { detail: { conversationId } });
  return found;
}

/** All requests of a conversation, oldest first. @throws {GatewayError} `conversation-unknown`. */
export async function requireTree(storage: Storage, conversationId: string): Promise<readonly TreeRequest[]> {
  const requests = await loadConversationTree(storage, conversationId);
  if (requests.length === 0) throw new GatewayError('conversation-unknown', { detail: { conversationId } });
  return requests;
}

/** On which branch each request stands; null for what is no turn. */
export function toBranchesByRequest(requests: readonly TreeRequest[]): ReadonlyMap<string, string | null> {
  return new Map(requests.map(({ link }) => [link.requestId, link.branch]));
}
