import { afterAll, beforeAll, expect, test } from 'bun:test';
import { findRequest, loadConversationTree, rebuildRequestBody, relink } from '../src/index.ts';
import { buildRecord } from './record.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

let world: WriterWorld;
beforeAll(async () => {
  world = await createWriterWorld();
});
afterAll(() => world.drop());

const many = Array.from({ length: 100_000 }, (_, index) => ({ role: index % 2 ? 'assistant' : 'user', content: 'x' }));

/** Bodies that nobody should send, and what is said of their place. */
const BODIES: readonly (readonly [what: string, body: string | Uint8Array, because: string])[] = [
  ['nothing', '', 'not-json'],
  ['no JSON', 'hello', 'not-json'],
  ['half of JSON', '{"messages":[{"role":"user","content":"a"}', 'not-json'],
  ['bytes that are no text', new Uint8Array([0xff, 0xfe, 0x00, 0x80]), 'not-json'],
  ['no messages', '{"model":"m"}', 'no-messages'],
  ['empty messages', '{"messages":[]}', 'no-messages'],
  ['messages that are no list', '{"messages":{"role":"user"}}', 'unknown-shape'],
  ['a message that is no object', '{"messages":[1]}', 'unknown-shape'],
  ['content of another kind', '{"messages":[{"role":"user","content":7}]}', 'unknown-shape'],
  ['an unknown role', '{"messages":[{"role":"robot","content":"a"}]}', 'unknown-role'],
  ['nothing but notes', '{"messages":[{"role":"system","content":"a"}]}', 'nothing-left'],
  ['blank text', '{"messages":[{"role":"user","content":" \\n "}]}', 'nothing-left'],
  ['more messages than any conversation has', JSON.stringify({ messages: [...many, ...many] }), 'too-many-messages'],
];

/** Odd, but conversations all the same. */
const ODD: readonly (readonly [what: string, body: string])[] = [
  ['lone surrogates and NUL', String.raw`{"messages":[{"role":"user","content":"a\ud800b\u0000c"}]}`],
  ['a string of 10 MB', JSON.stringify({ messages: [{ role: 'user', content: 'word '.repeat(2_000_000) }] })],
  ['100,000 messages', JSON.stringify({ messages: many })],
];

function toRecord(serial: number, body: string | Uint8Array, messageCount = 1): RecordedRequest {
  const requestBody = Buffer.from(body);
  const payload = { requestBody: requestBody.byteLength === 0 ? new Uint8Array() : requestBody, responseBody: null };
  return buildRecord(serial, { sessionId: null, domain: 'odd.example', messageCount }, payload);
}

type RecordedRequest = ReturnType<typeof buildRecord>;

test('bodies that nobody should send are stored and shown, unlinked with the reason, and stop nobody', async () => {
  const odd = BODIES.map(([, body], index) => toRecord(index + 1, body, body.length > 1_000_000 ? 200_000 : 1));
  const fine = ODD.map(([what, body], index) => toRecord(100 + index, body, what.startsWith('100,000') ? 100_000 : 1));
  const writer = world.createWriter();
  for (const record of [...odd, ...fine]) writer.append(record);
  await world.settled(writer);
  expect(writer.stats()).toMatchObject({ droppedPayloads: 0, droppedRecords: 0, state: 'writing' });
  for (const [index, [, , because]] of BODIES.entries()) {
    const found = await findRequest(world.storage, odd[index]?.facts.requestId ?? '');
    expect(found?.link).toMatchObject({ relation: 'attached', linkSource: 'none', branch: null });
    expect(found?.link.because).toContain(because);
    const tree = await loadConversationTree(world.storage, found?.facts.conversationId ?? '');
    expect(tree.map(({ facts }) => facts.requestId)).toEqual([found?.facts.requestId ?? '']);
  }
  for (const { facts, payload } of fine) {
    const found = await findRequest(world.storage, facts.requestId);
    expect(found?.link).toMatchObject({ relation: 'root', branch: 'main' });
    const body = await rebuildRequestBody(world.storage, facts.requestId);
    expect(body?.bytes.byteLength).toBe(payload.requestBody?.byteLength ?? 0);
  }
  expect(await relink(world.storage, { dryRun: false })).toMatchObject({ reread: 0, relinked: 0 });
}, 60_000);
