import type { BranchSummary, ConversationSegment, OperationInput, OperationOutput } from '@nexus/contract';
import type { BranchFacts } from '@nexus/core';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { requireConversation, requireTree, toBranchesByRequest } from './require-conversation.ts';
import { toBranchSummary, toConversationSummary } from './to-conversation-summary.ts';

/** One conversation with its branches in the order in which they began. */
export async function getConversation(
  context: Context,
  { conversationId }: OperationInput<'conversation.get'>,
): Promise<OperationOutput<'conversation.get'>> {
  const storage = requireStorage(context);
  const found = await requireConversation(storage, conversationId);
  const branches = hasParents(found.branches)
    ? toBranches(found.branches, toBranchesByRequest(await requireTree(storage, conversationId)))
    : toBranches(found.branches, new Map());
  return { conversation: toConversationSummary(found), branches, segments: branches.flatMap(toSegment) };
}

/** Most conversations are one line: where their branches begin needs no look at the requests. */
function hasParents(branches: readonly BranchFacts[]): boolean {
  return branches.some(({ parentRequestId }) => parentRequestId !== null);
}

function toBranches(branches: readonly BranchFacts[], branchOf: ReadonlyMap<string, string | null>): BranchSummary[] {
  return branches.map((facts) => toBranchSummary(facts, branchOf.get(facts.parentRequestId ?? '') ?? null));
}

function toSegment(branch: BranchSummary): readonly ConversationSegment[] {
  if (branch.relation !== 'compacts') return [];
  return [
    {
      branch: branch.branch,
      firstRequestId: branch.firstRequestId,
      startedAt: branch.firstMessageTime,
      summarisedRequestId: branch.parentRequestId,
      summarisedBranch: branch.parentBranch,
    },
  ];
}
