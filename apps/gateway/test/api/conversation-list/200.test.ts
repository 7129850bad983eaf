import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { OperationArguments } from '@nexus/contract';
import { SET_UP_MS_MAX, startApiWorld } from '../api-world.ts';
import { type BoatsWorld, findConversationOf, startBoatsWorld } from '../conversation-world.ts';
import { buildTurn } from '../conversations.ts';
import { buildRequestId, RECENT_MS, writeRecords } from '../records.ts';

const KEY_ID = '0198c0de-0000-7000-8000-00000000000a';

const poem = buildTurn({
  at: 60,
  said: ['Write a poem about 100% of the harbour'],
  answer: 'No.',
  facts: {
    sessionId: 'session-of-poems',
    domain: 'poems.example.com',
    keyId: KEY_ID,
    accountId: 'file:poems',
    model: 'claude-haiku-4-5',
    modelServed: 'claude-haiku-4-5',
  },
});

let world: BoatsWorld;
let poemId: string;
beforeAll(async () => {
  world = await startBoatsWorld();
  await writeRecords(world, [poem]);
  poemId = await findConversationOf(world, poem);
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

const at = (seconds: number) => new Date(RECENT_MS + seconds * 1000).toISOString();

async function listNames(input: OperationArguments<'conversation.list'>): Promise<readonly string[]> {
  const { conversations } = await world.client.perform('conversation.list', input);
  return conversations.map(({ conversationId }) => (conversationId === poemId ? 'poem' : 'boats'));
}

describe('GET /api/conversations', () => {
  test('gives every fact of a conversation, the most recently active first', async () => {
    const { conversations, nextCursor } = await world.client.perform('conversation.list', {});

    expect(nextCursor).toBeNull();
    expect(conversations).toHaveLength(2);
    expect(conversations[1]).toEqual({
      conversationId: world.conversationId,
      domain: 'team.example.com',
      title: 'Boats and what stands on them',
      firstMessageTime: at(0),
      lastMessageTime: at(8),
      messageCount: 9,
      turnCount: 7,
      retryCount: 1,
      errorCount: 1,
      totalTokens: 8 * 46,
      inputTokens: 8 * 12,
      outputTokens: 8 * 34,
      cacheReadTokens: 8 * 5,
      cacheWriteTokens: 8 * 13,
      costNano: 9 * 1_000,
      unpricedCount: 0,
      modelsUsed: ['claude-haiku-4-5', 'claude-opus-4-5-20251101'],
      depth: 5,
      accountIds: ['file:other', 'file:team.example.com'],
      keyIds: [],
      userIds: [],
      projects: [],
      branchCount: 4,
      userBranchCount: 1,
      subtaskBranchCount: 1,
      compactBranchCount: 1,
      latestRequestId: world.boats.goesOn.facts.requestId,
      latestModel: 'claude-opus-4-5-20251101',
      latestContextTokens: 30,
    });
  });

  test.each<[OperationArguments<'conversation.list'>, readonly string[]]>([
    [{ domain: 'poems.example.com' }, ['poem']],
    [{ domain: 'nobody.example.com' }, []],
    [{ accountId: 'file:other' }, ['boats']],
    [{ keyId: KEY_ID }, ['poem']],
    [{ model: 'claude-haiku-4-5' }, ['poem', 'boats']],
    [{ model: 'claude-opus-4-5-20251101' }, ['boats']],
    [{ from: at(30) }, ['poem']],
    [{ to: at(30) }, ['boats']],
    [{ from: at(100) }, []],
    [{ hasSubAgents: 'true' }, ['boats']],
    [{ hasSubAgents: 'false' }, ['poem']],
    [{ hasErrors: 'true' }, ['boats']],
    [{ hasErrors: 'false' }, ['poem']],
    [{ text: 'COUNT the' }, ['boats']],
    [{ text: 'stands on' }, ['boats']],
    [{ text: '100% of' }, ['poem']],
    [{ text: '%' }, ['poem']],
    [{ text: 'nothing like it' }, []],
    [{ domain: 'team.example.com', model: 'claude-haiku-4-5', hasSubAgents: 'true' }, ['boats']],
  ])('filters by %j', async (input, names) => {
    expect(await listNames(input)).toEqual(names);
  });

  test(
    'pages through equal instants without losing or repeating one',
    async () => {
      const crowded = await startApiWorld();
      const crowd = Array.from({ length: 23 }, (_, index) =>
        buildTurn({
          at: index % 2,
          said: [`Hello ${index}`],
          answer: 'Hi',
          facts: { sessionId: `s-${index}`, requestId: buildRequestId(RECENT_MS + (index % 2) * 1000) },
        }),
      );
      await writeRecords(crowded, crowd);
      const seen: string[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < 10; page += 1) {
        const answer = await crowded.client.perform('conversation.list', { limit: 5, cursor });
        seen.push(...answer.conversations.map(({ title }) => title ?? ''));
        if (answer.nextCursor === null) break;
        cursor = answer.nextCursor;
      }
      await crowded.stop();

      expect(seen).toHaveLength(23);
      expect(seen.toSorted()).toEqual(crowd.map(({ facts }) => facts.preview).toSorted());
    },
    SET_UP_MS_MAX,
  );
});
