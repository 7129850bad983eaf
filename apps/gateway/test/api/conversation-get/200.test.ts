import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { SET_UP_MS_MAX } from '../api-world.ts';
import { type BoatsWorld, startBoatsWorld } from '../conversation-world.ts';

let world: BoatsWorld;
beforeAll(async () => {
  world = await startBoatsWorld();
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

describe('GET /api/conversations/:id', () => {
  test('gives branches in the order in which they began, with where they left', async () => {
    const { conversationId } = world;
    const { conversation, branches } = await world.client.perform('conversation.get', { conversationId });

    expect(conversation.conversationId).toBe(conversationId);
    expect(
      branches.map(({ branch, relation, parentBranch, turnCount, agentId, ...ids }) => [
        branch.replace(/_[0-9a-f]{10}$/, '_…'),
        relation,
        parentBranch,
        turnCount,
        agentId,
        world.nameOf(ids.parentRequestId),
        world.nameOf(ids.firstRequestId),
        world.nameOf(ids.lastRequestId),
      ]),
    ).toEqual([
      ['main', 'root', null, 4, null, null, 'first', 'compaction'],
      ['subtask_1', 'sub-agent', 'main', 1, 'agent-1', 'first', 'agent', 'agent'],
      ['branch_…', 'forks', 'main', 1, null, 'second', 'fork', 'fork'],
      ['compact_…', 'compacts', 'main', 1, null, 'compaction', 'goesOn', 'goesOn'],
    ]);
  });

  test('gives the segments that go on from a summary, with what they summarise', async () => {
    const { segments } = await world.client.perform('conversation.get', { conversationId: world.conversationId });

    expect(segments).toEqual([
      {
        branch: expect.stringMatching(/^compact_/),
        firstRequestId: world.boats.goesOn.facts.requestId,
        startedAt: new Date(world.boats.goesOn.facts.startedAtMs).toISOString(),
        summarisedRequestId: world.boats.compaction.facts.requestId,
        summarisedBranch: 'main',
      },
    ]);
  });

  test('its requests are a list like any other', async () => {
    const { requests } = await world.client.perform('request.list', { conversationId: world.conversationId });
    const strange = await world.client.perform('request.list', { conversationId: crypto.randomUUID() });

    expect(requests.map(({ requestId }) => world.nameOf(requestId))).toEqual(Object.keys(world.boats).toReversed());
    expect(requests.at(-2)).toMatchObject({
      branch: 'subtask_1',
      relation: 'sub-agent',
      parentRequestId: world.boats.first.facts.requestId,
      linkSource: 'header',
      linkBecause: expect.any(String),
    });
    expect(strange.requests).toEqual([]);
  });
});
