import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type BoatsWorld, startBoatsWorld } from '../conversation-world.ts';
import { SET_UP_MS_MAX } from '../api-world.ts';
import { fillSearch } from '../search-world.ts';

let world: BoatsWorld;
beforeAll(async () => {
  world = await startBoatsWorld();
  await fillSearch(world);
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

async function search(q: string, more: object = {}) {
  return world.client.perform('search.list', { q, ...more });
}

/** When a request began. */
function timeOf(name: 'compaction' | 'third'): string {
  return new Date(world.boats[name].facts.startedAtMs).toISOString();
}

async function titles(text: string): Promise<readonly (string | null)[]> {
  const { conversations } = await world.client.perform('conversation.list', { text });
  return conversations.map(({ title }) => title);
}

async function found(q: string, more: object = {}) {
  const { hits } = await search(q, more);
  return hits.map(({ requestId, role }) => [world.nameOf(requestId), role]);
}

describe('GET /api/search', () => {
  test('gives each message once, where it was said, and in how many requests', async () => {
    const { hits, mode, nextCursor, searched, progress } = await search('boats -summary', { to: timeOf('compaction') });

    expect({ mode, nextCursor, searched }).toEqual({ mode: 'words', nextCursor: null, searched: null });
    expect(progress).toMatchObject({ waitingRequests: 0, waitingSince: null, messageLengthMax: 65_536 });
    expect(hits).toHaveLength(2);
    expect(hits[1]).toEqual({
      messageId: expect.stringMatching(/^[0-9a-f-]{36}\.[0-9a-f-]{36}$/),
      conversationId: world.conversationId,
      conversationTitle: 'Boats and what stands on them',
      branch: 'main',
      requestId: world.boats.first.facts.requestId,
      domain: 'team.example.com',
      role: 'user',
      isAnswer: false,
      saidAt: new Date(world.boats.first.facts.startedAtMs).toISOString(),
      tools: [],
      snippet: [
        { text: 'Count the ', isMatch: false },
        { text: 'boats', isMatch: true },
      ],
      requestCount: 6,
      isCut: false,
    });
    expect(hits[0]).toMatchObject({ role: 'assistant', isAnswer: true, requestCount: 5 });
  });

  test('is narrowed to a role, a tool, a domain, a time and a conversation', async () => {
    expect(await found('masts', { role: 'assistant' })).toContainEqual(['first', 'assistant']);
    expect(await found('masts', { tool: 'Task' })).toEqual([
      ['second', 'user'],
      ['first', 'assistant'],
    ]);
    expect(await found('sailor')).toEqual([]);
    expect(await found('sailor', { role: 'system' })).toEqual([['first', 'system']]);
    expect(await found('masts', { domain: 'other.example' })).toEqual([]);
    expect(await found('oars', { conversationId: world.conversationId, to: timeOf('third') })).toEqual([
      ['failed', 'user'],
    ]);
  });

  test('goes on page after page', async () => {
    const all = (await search('boats')).hits.map(({ messageId }) => messageId);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof search>> = await search('boats', {
        limit: 1,
        ...(cursor === null ? {} : { cursor }),
      });
      seen.push(...page.hits.map(({ messageId }) => messageId));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(all.length).toBeGreaterThan(2);
    expect(seen).toEqual(all);
  });

  test('puts what fits best first, page after page', async () => {
    const all = (await search('boats', { order: 'rank' })).hits.map(({ messageId }) => messageId);
    const first = await search('boats', { order: 'rank', limit: 2 });
    const rest = await search('boats', { order: 'rank', cursor: first.nextCursor ?? '' });
    expect([...first.hits, ...rest.hits].map(({ messageId }) => messageId)).toEqual(all);
  });

  test('finds parts of words, and tells how far it looked', async () => {
    const { hits, mode, searched } = await search('<SCRIPT>the', { mode: 'substring' });
    expect(mode).toBe('substring');
    expect(hits.map(({ snippet }) => snippet)).toEqual([
      [
        { text: 'And ', isMatch: false },
        { text: '<script>the', isMatch: true },
        { text: ' sails</script>?', isMatch: false },
      ],
    ]);
    expect(searched).toMatchObject({ isAll: true });
    expect(searched?.messageCount).toBeGreaterThan(5);
    // There are no words in it: the only way to find it is as it stands there.
    expect((await search('?')).mode).toBe('substring');
  });
});

describe('GET /api/search/:messageId/requests', () => {
  test('names every request that carried a message, and the one that it answers', async () => {
    const { hits } = await search('"five boats"');
    const [hit] = hits;
    const { requests, requestCount, isCut } = await world.client.perform('search.requests', {
      messageId: hit?.messageId ?? '',
    });
    expect(requests.map(({ requestId }) => world.nameOf(requestId))).toEqual([
      'second',
      'failed',
      'third',
      'fork',
      'compaction',
    ]);
    expect({ requestCount, isCut }).toEqual({ requestCount: hit?.requestCount ?? 0, isCut: false });
  });

  test('of a message that is not there are none', async () => {
    const nobodys = '00000000-0000-8000-8000-000000000000';
    const answer = await world.client.perform('search.requests', { messageId: `${nobodys}.${nobodys}` });
    expect(answer).toEqual({ requests: [], requestCount: 0, isCut: false });
  });
});

test('GET /api/conversations finds a conversation by what was said in it', async () => {
  expect(await titles('sails')).toEqual(['Boats and what stands on them']);
  expect(await titles('"the sails"')).toEqual(['Boats and what stands on them']);
  expect(await titles('what stands')).toEqual(['Boats and what stands on them']);
  expect(await titles('sailor')).toEqual([]);
});
