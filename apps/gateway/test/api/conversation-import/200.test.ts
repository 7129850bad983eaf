import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type ApiWorld, SET_UP_MS_MAX, startApiWorld } from '../api-world.ts';
import { findConversationOf } from '../conversation-world.ts';
import { buildBoats } from '../conversations.ts';
import { buildLongTalk } from '../long-talk.ts';
import { writeRecords } from '../records.ts';

/** Where conversations come from, and where they go. */
let from: ApiWorld;
let to: ApiWorld;
beforeAll(async () => {
  [from, to] = await Promise.all([startApiWorld(), startApiWorld()]);
  await writeRecords(from, [...talk, ...Object.values(boats)]);
}, SET_UP_MS_MAX);
afterAll(async () => {
  await Promise.all([from.stop(), to.stop()]);
});

const talk = buildLongTalk();
const boats = withDetails(buildBoats());

/** The boats, of which the one that failed says why, and whom was asked. */
function withDetails(made: ReturnType<typeof buildBoats>): typeof made {
  const attempts = [{ accountId: 'a', status: null, because: 'it is resting', startMs: 1, durationMs: 2 }];
  const { failed } = made;
  return {
    ...made,
    failed: { ...failed, payload: { ...failed.payload, errorDetail: { cause: 'REFUSED' }, attempts } },
  };
}
const [talkFirst = boats.first] = talk;

async function exportBytes(world: ApiWorld, conversationId: string): Promise<Uint8Array<ArrayBuffer>> {
  const { bytes } = await world.client.perform('conversation.export', { conversationId });
  return new Uint8Array(bytes);
}

async function importBytes(bytes: Uint8Array<ArrayBuffer>, input: { domain?: string } = {}) {
  const { conversations } = await to.client.perform('conversation.import', input, { upload: new Blob([bytes]) });
  return conversations;
}

async function loadGraph({ client }: ApiWorld, conversationId: string) {
  const [tree, whole] = await Promise.all([
    client.perform('conversation.tree', { conversationId }),
    client.perform('conversation.get', { conversationId }),
  ]);
  return { tree, whole };
}

async function loadTexts({ client }: ApiWorld, conversationId: string): Promise<unknown[]> {
  const { messages } = await client.perform('conversation.messages', { conversationId });
  return messages.map(({ content }) => content);
}

describe('POST /api/conversations/import', () => {
  test(
    'a conversation of 207 messages and 30 branches comes back with an equal graph and every byte; twice changes nothing',
    async () => {
      const conversationId = await findConversationOf(from, talkFirst);
      const file = await exportBytes(from, conversationId);

      const domain = talkFirst.facts.domain;
      const title = 'Ask 0';
      const first = { conversationId, domain, title, importedRequestCount: talk.length, knownRequestCount: 0 };
      expect(await importBytes(file)).toEqual([first]);
      const before = await loadGraph(from, conversationId);
      expect(before.whole.branches).toHaveLength(30);
      expect(await loadGraph(to, conversationId)).toEqual(before);
      expect(Buffer.from(await exportBytes(to, conversationId)).equals(Buffer.from(file))).toBe(true);

      const again = { ...first, importedRequestCount: 0, knownRequestCount: talk.length };
      expect(await importBytes(file)).toEqual([again]);
      expect(await loadGraph(to, conversationId)).toEqual(before);
    },
    SET_UP_MS_MAX,
  );

  test('several exports in one file come back each, and usage that was not spent here is not counted', async () => {
    const ids = await Promise.all([boats.first, talkFirst].map((record) => findConversationOf(from, record)));
    const files = await Promise.all(ids.map((id) => exportBytes(from, id)));
    const imported = await importBytes(new Uint8Array(Buffer.concat(files)));

    expect(imported.map(({ conversationId }) => conversationId)).toEqual(ids);
    expect(imported.map(({ knownRequestCount }) => knownRequestCount)).toEqual([0, talk.length]);
    expect((await to.client.perform('storage.stats', {})).requestCount).toBe(0);
  });

  test('under another domain it stands beside itself, under ids of its own', async () => {
    const conversationId = await findConversationOf(from, boats.first);
    const file = await exportBytes(from, conversationId);
    const [copy] = await importBytes(file, { domain: 'Other.Example.com' });
    await importBytes(file);
    const copyId = copy?.conversationId ?? '';

    expect(copy).toMatchObject({ domain: 'other.example.com', importedRequestCount: 9 });
    expect(copyId).not.toBe(conversationId);
    const { conversation, branches } = await to.client.perform('conversation.get', { conversationId: copyId });
    const original = await from.client.perform('conversation.get', { conversationId });
    expect(conversation).toMatchObject({ domain: 'other.example.com', title: original.conversation.title });
    expect(branches.map(({ branch }) => branch).toSorted()).toHaveLength(original.branches.length);
    expect(await loadTexts(to, copyId)).toEqual(await loadTexts(from, conversationId));
    expect(await importBytes(file, { domain: 'other.example.com' })).toMatchObject([{ knownRequestCount: 9 }]);
  });

  test('what was deleted can be brought back whole', async () => {
    const conversationId = await findConversationOf(from, boats.first);
    const file = await exportBytes(from, conversationId);
    expect(Buffer.from(file).toString()).toContain('"errorDetail":{"cause":"REFUSED"},"attempts":[{"accountId":"a"');
    await importBytes(file);
    await to.client.perform('conversation.delete', { conversationId });
    await importBytes(file);

    expect(Buffer.from(await exportBytes(to, conversationId)).equals(Buffer.from(file))).toBe(true);
  });

  test('the audit says what was imported and deleted, by whom, newest first', async () => {
    const conversationId = await findConversationOf(from, boats.first);
    const { entries } = await to.client.perform('audit.list', { noun: 'conversation', nounId: conversationId });

    expect(entries.map(({ verb }) => verb)).toEqual(['import', 'delete', 'import']);
    expect(entries[1]).toMatchObject({
      actor: 'dashboard-key',
      actorId: null,
      domain: boats.first.facts.domain,
      detail: { requestCount: 9 },
    });
  });
});
