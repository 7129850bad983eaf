import type { BranchSummary, ConversationSummary } from '@nexus/contract';
import { type BranchFacts, type Tally, toTitle } from '@nexus/core';
import type { StoredConversation } from '@nexus/storage';
import { toInstant } from '../to-instant.ts';

/** The facts of a conversation as the API gives them. */
export function toConversationSummary({ facts, ...parties }: StoredConversation): ConversationSummary {
  const { latest } = facts;
  return {
    conversationId: facts.conversationId,
    domain: facts.domain,
    title: toTitle(facts),
    ...toCounts(facts),
    accountIds: parties.accounts,
    keyIds: parties.keys,
    userIds: parties.users,
    projects: parties.projects,
    branchCount: facts.branchCount,
    userBranchCount: facts.forkCount,
    subtaskBranchCount: facts.subtaskCount,
    compactBranchCount: facts.compactionCount,
    latestRequestId: latest?.requestId ?? null,
    latestModel: latest?.model ?? null,
    latestContextTokens: latest?.contextTokens ?? null,
  };
}

/** The facts of a branch as the API gives them. */
export function toBranchSummary(facts: BranchFacts, parentBranch: string | null): BranchSummary {
  return {
    branch: facts.name,
    ...toCounts(facts),
    relation: facts.relation,
    firstRequestId: facts.first.requestId,
    lastRequestId: facts.last.requestId,
    parentRequestId: facts.parentRequestId,
    parentBranch,
    agentId: facts.agentId,
  };
}

function toCounts(tally: Tally) {
  return {
    firstMessageTime: toInstant(tally.firstAtMs),
    lastMessageTime: toInstant(tally.lastAtMs),
    messageCount: tally.requestCount,
    turnCount: tally.turnCount,
    retryCount: tally.retryCount,
    errorCount: tally.errorCount,
    totalTokens: tally.inputTokens + tally.outputTokens,
    inputTokens: tally.inputTokens,
    outputTokens: tally.outputTokens,
    cacheReadTokens: tally.cacheReadTokens,
    cacheWriteTokens: tally.cacheWriteTokens,
    costNano: tally.costNano,
    unpricedCount: tally.unpricedCount,
    modelsUsed: tally.models,
    depth: tally.depth,
  };
}
