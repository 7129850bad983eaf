import { afterAll, beforeAll, expect, test } from 'bun:test';
import { SET_UP_MS_MAX } from '../api-world.ts';
import { type BoatsWorld, startBoatsWorld } from '../conversation-world.ts';

let world: BoatsWorld;
beforeAll(async () => {
  world = await startBoatsWorld();
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

test('the tree has every request with its parent, its branch and the reason, oldest first', async () => {
  const { conversationId } = world;
  const { nodes, isCut } = await world.client.perform('conversation.tree', { conversationId });

  expect(isCut).toBe(false);
  expect(
    nodes.map((node) => [
      world.nameOf(node.requestId),
      world.nameOf(node.parentRequestId),
      node.branch?.replace(/_[0-9a-f]{10}$/, '_…') ?? null,
      node.relation,
      node.depth,
      node.linkSource,
    ]),
  ).toEqual([
    ['first', null, 'main', 'root', 1, 'none'],
    ['agent', 'first', 'subtask_1', 'sub-agent', 2, 'header'],
    ['second', 'first', 'main', 'continues', 2, 'prefix'],
    ['failed', 'second', 'main', 'continues', 3, 'prefix'],
    ['third', 'second', 'main', 'retries', 3, 'prefix'],
    ['fork', 'second', 'branch_…', 'forks', 3, 'prefix'],
    ['compaction', 'third', 'main', 'continues', 4, 'prefix'],
    ['goesOn', 'compaction', 'compact_…', 'compacts', 5, 'summary'],
    ['title', null, null, 'attached', 0, 'header'],
  ]);
  expect(nodes.every(({ linkBecause }) => linkBecause !== '')).toBe(true);
});

test('a node says what a list row needs', async () => {
  const { nodes } = await world.client.perform('conversation.tree', { conversationId: world.conversationId });
  const { agent, first, failed } = world.boats;

  expect(nodes[1]).toMatchObject({
    launchToolUseId: 'toolu_1',
    agentId: 'agent-1',
    startedAt: new Date(agent.facts.startedAtMs).toISOString(),
    durationMs: 900,
    kind: 'inference',
    model: 'claude-haiku-4-5',
    status: 200,
    outcome: 'completed',
    stopReason: 'end_turn',
    contextTokens: 30,
    outputTokens: 34,
    messageCount: 1,
    preview: 'Look after the masts',
  });
  expect(nodes[0]?.toolNames).toEqual(first.facts.toolNames);
  expect(nodes[3]).toMatchObject({ outcome: failed.facts.outcome, contextTokens: null, outputTokens: null });
  expect(nodes[4]?.retryOf).toBe(failed.facts.requestId);
});
