import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { SET_UP_MS_MAX } from '../api-world.ts';
import { type BoatsWorld, findConversationOf, startBoatsWorld } from '../conversation-world.ts';
import { buildTurn } from '../conversations.ts';
import { writeRecords } from '../records.ts';

let world: BoatsWorld;
beforeAll(async () => {
  world = await startBoatsWorld();
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

async function read(branch?: string) {
  const { conversationId } = world;
  return world.client.perform('conversation.messages', { conversationId, ...(branch === undefined ? {} : { branch }) });
}

async function nameBranch(prefix: string): Promise<string> {
  const { branches } = await world.client.perform('conversation.get', { conversationId: world.conversationId });
  return branches.find(({ branch }) => branch.startsWith(prefix))?.branch ?? '';
}

async function outline(branch?: string) {
  const { messages } = await read(branch);
  return messages.map(({ requestId, role }) => `${world.nameOf(requestId)} ${role}`);
}

describe('GET /api/conversations/:id/messages', () => {
  test('gives each message of the main branch once, with the request that sent it or got it', async () => {
    expect(await outline()).toEqual([
      'first user',
      'first assistant',
      'second user',
      'second assistant',
      'third user',
      'third assistant',
      'compaction user',
      'compaction assistant',
    ]);
  });

  test('a fork begins with what it shares with the branch that it left', async () => {
    const branch = await nameBranch('branch_');
    const { messages } = await read(branch);

    expect(await outline(branch)).toEqual([
      'first user',
      'first assistant',
      'second user',
      'second assistant',
      'fork user',
      'fork assistant',
    ]);
    expect(messages.map((message) => message.branch)).toEqual(['main', 'main', 'main', 'main', branch, branch]);
    expect(messages.slice(-2)).toEqual([
      expect.objectContaining({ position: 4, segment: 0, content: 'And <script>the sails</script>?' }),
      expect.objectContaining({ position: 5, segment: 0, content: [{ type: 'text', text: 'Ten.' }] }),
    ]);
  });

  test('an agent has a path of its own', async () => {
    expect(await outline('subtask_1')).toEqual(['agent user', 'agent assistant']);
  });

  test('what goes on from a summary stands behind what was summarised, in a segment of its own', async () => {
    const { messages } = await read(await nameBranch('compact_'));

    expect(messages.map(({ segment }) => segment)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
    expect(messages.slice(-2).map(({ requestId, role }) => [world.nameOf(requestId), role])).toEqual([
      ['goesOn', 'user'],
      ['goesOn', 'assistant'],
    ]);
  });

  test('comes in pages that begin anywhere', async () => {
    const { conversationId } = world;
    const whole = await read();
    const pages = await Promise.all(
      [0, 3, 6].map((from) => world.client.perform('conversation.messages', { conversationId, from, limit: 3 })),
    );
    const beyond = await world.client.perform('conversation.messages', { conversationId, from: 100 });

    expect(pages.map(({ messages, nextFrom }) => [messages.length, nextFrom])).toEqual([
      [3, 3],
      [3, 6],
      [2, null],
    ]);
    expect(pages.flatMap(({ messages }) => messages)).toEqual(whole.messages);
    expect(pages.every(({ messageCount }) => messageCount === 8)).toBe(true);
    expect([beyond.messages, beyond.nextFrom]).toEqual([[], null]);
  });

  test('says which turns cannot be read because their bodies were not kept', async () => {
    const lone = buildTurn({
      at: 90,
      said: ['Lost words'],
      answer: null,
      facts: { sessionId: 'lost', payload: 'stored' },
    });
    const next = buildTurn({
      at: 91,
      said: ['Lost words', 'Gone.', 'Again'],
      answer: 'Here.',
      facts: { sessionId: 'lost' },
    });
    await writeRecords(world, [lone, next]);
    await world.storage?.db.deleteFrom('request_body').where('request_id', '=', next.facts.requestId).execute();
    const path = await world.client.perform('conversation.messages', {
      conversationId: await findConversationOf(world, lone),
    });

    expect(path.unreadRequestIds).toEqual([next.facts.requestId]);
    expect(path.messages.map(({ role, content }) => [role, content])).toEqual([
      ['assistant', [{ type: 'text', text: 'Here.' }]],
    ]);
  });
});
