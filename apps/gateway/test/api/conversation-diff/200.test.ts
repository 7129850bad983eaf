import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { readRefusal, SET_UP_MS_MAX, withKey } from '../api-world.ts';
import { type BoatsWorld, startBoatsWorld } from '../conversation-world.ts';
import { buildRecord, RECENT_MS, writeRecords } from '../records.ts';

let world: BoatsWorld;
beforeAll(async () => {
  world = await startBoatsWorld();
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

function diff(from: keyof BoatsWorld['boats'], to: keyof BoatsWorld['boats']) {
  return world.client.perform('conversation.diff', {
    conversationId: world.conversationId,
    from: world.boats[from].facts.requestId,
    to: world.boats[to].facts.requestId,
  });
}

describe('GET /api/conversations/:id/diff', () => {
  test('tells where two branches part, and what else they were sent with', async () => {
    const { from, to, ...changes } = await diff('third', 'fork');

    expect([from.requestId, to.requestId].map((requestId) => world.nameOf(requestId))).toEqual(['third', 'fork']);
    expect([from.relation, to.relation]).toEqual(['retries', 'forks']);
    expect(changes).toEqual({
      system: { from: 'You are a captain.', isVolatileOnly: false },
      tools: { added: [], removed: ['Bash'], changed: [] },
      messages: {
        commonBlocks: 5,
        fromIndex: 4,
        toIndex: 4,
        from: [{ role: 'user', content: 'And the oars?' }],
        to: [{ role: 'user', content: 'And <script>the sails</script>?' }],
      },
      parameters: [],
    });
  });

  test('of one turn and the next the messages are what came on top', async () => {
    const { system, messages } = await diff('first', 'second');

    expect(system).toBeNull();
    expect(messages).toMatchObject({ commonBlocks: 1, fromIndex: null, toIndex: 1, from: [] });
    expect(messages.to).toHaveLength(2);
  });

  test('without a body there is nothing to compare', async () => {
    const bare = buildRecord(
      { startedAtMs: RECENT_MS + 99_000, payload: 'none', sessionId: 'session-of-boats' },
      { requestBody: null, responseBody: null, responseTimings: [] },
    );
    await writeRecords(world, [bare]);
    const query = `from=${world.boats.first.facts.requestId}&to=${bare.facts.requestId}`;
    const answer = await fetch(`${world.apiUrl}/api/conversations/${world.conversationId}/diff?${query}`, withKey);

    expect(await readRefusal(answer)).toEqual({ status: 404, code: 'body-absent' });
  });
});
