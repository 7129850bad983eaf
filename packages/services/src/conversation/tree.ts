import type { OperationInput, OperationOutput, TreeNode } from '@nexus/contract';
import type { Usage } from '@nexus/anthropic';
import { type CacheTurn, listCacheTurns, TREE_REQUESTS_MAX, type TreeRequest } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { toInstant } from '../to-instant.ts';
import { toCacheUse } from '../usage/to-cache-use.ts';
import { requireTree } from './require-conversation.ts';

/** Every request of a conversation with its place in it, oldest first. */
export async function getConversationTree(
  context: Context,
  { conversationId }: OperationInput<'conversation.tree'>,
): Promise<OperationOutput<'conversation.tree'>> {
  const storage = requireStorage(context);
  const requests = await requireTree(storage, conversationId);
  const turns = await listCacheTurns(
    storage,
    requests.map(({ facts }) => facts),
  );
  const byId = new Map(turns.map((turn) => [turn.requestId, turn]));
  const isCut = requests.length >= TREE_REQUESTS_MAX;
  return {
    conversationId,
    nodes: requests.map((request) => toNode(request, byId.get(request.facts.requestId))),
    isCut,
    isBeginningGone: isBeginningGone(requests),
  };
}

/** Retention drops requests by their age, and a parent is older than its children. */
function isBeginningGone(requests: readonly TreeRequest[]): boolean {
  const kept = new Set(requests.map(({ link }) => link.requestId));
  return requests.some(({ link }) => link.parentRequestId !== null && !kept.has(link.parentRequestId));
}

function toNode({ facts, link }: TreeRequest, turn: CacheTurn | undefined): TreeNode {
  return {
    requestId: facts.requestId,
    parentRequestId: link.parentRequestId,
    branch: link.branch,
    relation: link.relation,
    retryOf: link.retryOf,
    depth: link.depth,
    linkSource: link.linkSource,
    linkBecause: link.because,
    launchToolUseId: link.launchedBy?.toolUseId ?? null,
    agentId: facts.agentId,
    startedAt: toInstant(facts.startedAtMs),
    durationMs: facts.durationMs,
    kind: facts.kind,
    model: facts.modelServed ?? facts.model,
    status: facts.status,
    outcome: facts.outcome,
    stopReason: facts.stopReason,
    contextTokens: facts.usage === null ? null : toContextTokens(facts.usage),
    outputTokens: facts.usage?.outputTokens ?? null,
    cache: turn === undefined ? null : toCacheUse(turn),
    messageCount: facts.messageCount,
    toolNames: facts.toolNames,
    preview: facts.preview,
  };
}

function toContextTokens(usage: Usage): number {
  return usage.inputTokens + usage.cacheReadTokens + usage.cacheWrite5mTokens + usage.cacheWrite1hTokens;
}
