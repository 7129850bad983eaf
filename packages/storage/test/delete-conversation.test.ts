import { afterAll, beforeAll, expect, test } from 'bun:test';
import { deleteConversation, listConversations, rebuildRequestBody } from '../src/index.ts';
import { buildAudit } from './audit.ts';
import { buildBody, buildRecord, NOON_MS } from './record.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

let world: WriterWorld;
beforeAll(async () => {
  world = await createWriterWorld();
});
afterAll(() => world.drop());

function turn(serial: number, sessionId: string, texts: readonly string[]) {
  const metadata = { user_id: `user_a_account_b_session_${sessionId}` };
  const body = { ...JSON.parse(Buffer.from(buildBody(texts)).toString()), metadata };
  return buildRecord(serial, { sessionId }, { requestBody: Buffer.from(JSON.stringify(body)), responseBody: null });
}

test('what is deleted is gone with its words; others that shared its bytes, and what comes later, are whole', async () => {
  const writer = world.createWriter();
  const secret = 'only said in the first';
  const first = [turn(1, 'one', ['hello']), turn(2, 'one', ['hello', 'hi', secret])];
  // Sent under the same key as the first, and built on its bytes.
  const second = [
    turn(3, 'two', ['hello', 'hi', 'other words']),
    turn(4, 'two', ['hello', 'hi', 'other words', 'x', 'y']),
  ];
  for (const record of [...first, ...second]) writer.append(record);
  await world.settled(writer);
  const all = await listConversations(world.storage, { limit: 10 });
  expect(all.conversations).toHaveLength(2);
  const conversationId = all.conversations.at(-1)?.facts.conversationId ?? '';
  const deletion = { conversationId, deletedAtMs: NOON_MS, deletionId: crypto.randomUUID(), audit: buildAudit() };
  expect(await deleteConversation(world.storage, deletion)).toBe(2);
  expect(await deleteConversation(world.storage, deletion)).toBeNull();
  for (const { facts } of first) expect(await rebuildRequestBody(world.storage, facts.requestId)).toBeNull();
  for (const { facts } of second) expect(await rebuildRequestBody(world.storage, facts.requestId)).not.toBeNull();
  const { rows } = await world.storage.pool.query('select data, codec from message_blob');
  expect(rows.some((row: { data: Buffer }) => row.data.toString().includes(secret))).toBe(false);
  // The writer remembers that the database had these slices: the first to need them finds out, the next is whole.
  const later = [5, 6].map((serial) => turn(serial, 'one', ['hello', 'hi', secret, 'yes', `and ${serial}`]));
  for (const record of later) {
    writer.append(record);
    await world.settled(writer);
  }
  const states = await world.storage.db.selectFrom('request').select(['request_id', 'payload']).execute();
  const stateOf = new Map(states.map((row) => [row.request_id, row.payload]));
  expect(later.map(({ facts }) => stateOf.get(facts.requestId))).toEqual(['dropped', 'stored']);
  expect(await rebuildRequestBody(world.storage, later[1]?.facts.requestId ?? '')).not.toBeNull();
});
