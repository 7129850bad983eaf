import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readRefusal, SET_UP_MS_MAX, startApiWorld, withKey } from '../api-world.ts';
import { type BoatsWorld, findConversationOf, startBoatsWorld } from '../conversation-world.ts';
import { buildTurn } from '../conversations.ts';
import { writeRecords } from '../records.ts';

let world: BoatsWorld;
beforeAll(async () => {
  world = await startBoatsWorld();
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

test('DELETE /api/conversations/:id leaves nothing of it, and others as they were', async () => {
  const { conversationId, client, boats } = world;
  const other = buildTurn({ at: 30, said: ['Another talk'], answer: 'Yes.', facts: { sessionId: 'another' } });
  await writeRecords(world, [other]);

  const answer = await client.perform('conversation.delete', { conversationId });

  expect(answer).toEqual({ conversationId, deletedRequestCount: 9 });
  const { conversations } = await client.perform('conversation.list', {});
  expect(conversations.map((conversation) => conversation.conversationId)).toEqual([
    await findConversationOf(world, other),
  ]);
  const gone = await fetch(`${world.apiUrl}/api/requests/${boats.first.facts.requestId}`, withKey);
  expect(await readRefusal(gone)).toEqual({ status: 404, code: 'request-unknown' });
  const again = await fetch(`${world.apiUrl}/api/conversations/${conversationId}`, { method: 'DELETE', ...withKey });
  expect(await readRefusal(again)).toEqual({ status: 404, code: 'conversation-unknown' });
});

test(
  'the log says who deleted which conversation',
  async () => {
    const lines: Readonly<Record<string, unknown>>[] = [];
    const log = { info: (fields: Readonly<Record<string, unknown>>) => lines.push(fields), warn() {}, error() {} };
    const logged = await startApiWorld({ override: { log } });
    const talk = buildTurn({ at: 0, said: ['Hello'], answer: 'Hi' });
    await writeRecords(logged, [talk]);
    const conversationId = await findConversationOf(logged, talk);
    await logged.client.perform('conversation.delete', { conversationId });
    await logged.stop();

    expect(lines).toEqual([
      { operation: 'conversation.delete', conversationId, actor: 'dashboard-key', requestId: expect.any(String) },
    ]);
  },
  SET_UP_MS_MAX,
);
