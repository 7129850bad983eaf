import type { BranchFacts } from '@nexus/core';
import type { FoundConversation, Storage, TreeRequest } from '@nexus/storage';
import type { ConversationSummary } from '@nexus/contract';
import { loadPath, readMessage } from '../load-path.ts';
import { requireTree } from '../require-conversation.ts';
import { toConversationSummary } from '../to-conversation-summary.ts';
import { createByteBudget } from './byte-budget.ts';
import { type MessagePart, toMessageParts } from './to-message-parts.ts';

/** A conversation as people read it: each branch with what was said on it, each message once. */
export interface ReadableConversation {
  readonly conversation: ConversationSummary;
  readonly branches: readonly ReadableBranch[];
}

export interface ReadableBranch {
  readonly facts: BranchFacts;
  /** The branch that it left; null where it left none. */
  readonly parentBranch: string | null;
  readonly messages: readonly ReadableMessage[];
  /** True where some of what was said was not kept. */
  readonly isPartial: boolean;
}

export interface ReadableMessage {
  readonly role: string;
  /** When the request began that added it, epoch milliseconds; null where that is gone. */
  readonly atMs: number | null;
  readonly parts: readonly MessagePart[];
}

/** Reads every branch. @throws {GatewayError} `export-too-large`. */
export async function loadReadable(storage: Storage, found: FoundConversation): Promise<ReadableConversation> {
  const { conversationId } = found.facts;
  const requests = new Map(
    (await requireTree(storage, conversationId)).map((request) => [request.link.requestId, request]),
  );
  const budget = createByteBudget();
  const branches: ReadableBranch[] = [];
  for (const facts of found.branches) {
    const branch = await loadBranch(storage, { conversationId, facts, requests });
    for (const { parts } of branch.messages) {
      for (const { text } of parts) budget.take(text.length);
    }
    branches.push(branch);
  }
  return { conversation: toConversationSummary(found), branches };
}

interface BranchSource {
  readonly conversationId: string;
  readonly facts: BranchFacts;
  readonly requests: ReadonlyMap<string, TreeRequest>;
}

/** What was said before the branch began stands with the branch it left. */
async function loadBranch(
  storage: Storage,
  { conversationId, facts, requests }: BranchSource,
): Promise<ReadableBranch> {
  const path = await loadPath(storage, { conversationId, branch: facts.name });
  const isOwn = (requestId: string): boolean => requests.get(requestId)?.link.branch === facts.name;
  return {
    facts,
    parentBranch: requests.get(facts.parentRequestId ?? '')?.link.branch ?? null,
    messages: path.entries
      .filter(({ requestId }) => isOwn(requestId))
      .map((entry) => {
        const { role, content } = readMessage(entry);
        const atMs = requests.get(entry.requestId)?.facts.startedAtMs ?? null;
        return { role, atMs, parts: toMessageParts(content) };
      }),
    isPartial: path.unreadRequestIds.some(isOwn),
  };
}
