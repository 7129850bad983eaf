import type { BranchSummary, ConversationSummary, TreeNode } from '@nexus/contract';

const TALLY = {
  firstMessageTime: '2026-11-20T18:00:00.000Z',
  lastMessageTime: '2026-11-20T18:10:00.000Z',
  messageCount: 2,
  turnCount: 2,
  retryCount: 0,
  errorCount: 0,
  totalTokens: 120,
  inputTokens: 100,
  outputTokens: 20,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  costNano: 0,
  unpricedCount: 0,
  modelsUsed: ['claude-sonnet-4-5'],
  depth: 2,
};

/** A conversation for tests; `changes` say what the test is about. */
export function sampleConversation(changes: Partial<ConversationSummary> = {}): ConversationSummary {
  return {
    ...TALLY,
    conversationId: '5e1ec7ed-0000-8000-8000-000000000002',
    domain: 'default',
    title: 'Hello',
    accountIds: [],
    keyIds: [],
    userIds: [],
    projects: [],
    branchCount: 1,
    userBranchCount: 0,
    subtaskBranchCount: 0,
    compactBranchCount: 0,
    latestRequestId: '0198c0de-0000-7000-8000-000000000001',
    latestModel: 'claude-sonnet-4-5',
    latestContextTokens: 100,
    ...changes,
  };
}

/** A branch for tests. */
export function sampleBranch(changes: Partial<BranchSummary> = {}): BranchSummary {
  return {
    ...TALLY,
    branch: 'main',
    relation: 'root',
    firstRequestId: '0198c0de-0000-7000-8000-000000000001',
    lastRequestId: '0198c0de-0000-7000-8000-000000000002',
    parentRequestId: null,
    parentBranch: null,
    agentId: null,
    ...changes,
  };
}

/** A turn of a tree for tests. */
export function sampleNode(changes: Partial<TreeNode> = {}): TreeNode {
  return {
    requestId: '0198c0de-0000-7000-8000-000000000001',
    parentRequestId: null,
    branch: 'main',
    relation: 'continues',
    retryOf: null,
    depth: 1,
    linkSource: 'prefix',
    linkBecause: 'it goes on from what was said',
    launchToolUseId: null,
    agentId: null,
    startedAt: '2026-11-20T18:00:00.000Z',
    durationMs: 1_200,
    kind: 'inference',
    model: 'claude-sonnet-4-5',
    status: 200,
    outcome: 'completed',
    stopReason: 'end_turn',
    contextTokens: 100,
    outputTokens: 20,
    cache: null,
    messageCount: 1,
    toolNames: [],
    preview: 'Hello',
    ...changes,
  };
}
