import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { gzipSync } from 'node:zlib';
import type { RecordedRequest } from '@nexus/core';
import { listCarriers, toMessageKey } from '../src/queries/search/list-carriers.ts';
import type { SearchScope } from '../src/queries/search/search-conditions.ts';
import { searchWords } from '../src/queries/search/search-words.ts';
import { searchParts } from '../src/queries/search/search-parts.ts';
import { SEARCHED_TEXT_MAX } from '../src/search/read-texts.ts';
import { NOON_MS, toId } from './record.ts';
import { answer, apart, ask, buildSaid, fillSearch, findPart, findWords, say, toSearch } from './search-world.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

let world: WriterWorld;
beforeAll(async () => {
  world = await createWriterWorld();
});
afterAll(() => world.drop());

const find = (text: string, scope: Partial<SearchScope> = {}) => findWords(world.storage, text, scope);

async function write(...records: readonly RecordedRequest[]): Promise<void> {
  const writer = world.createWriter();
  for (const record of records) writer.append(record);
  await world.settled(writer);
}

const rolesOf = async (query: string) => (await find(query, { domain: 'syntax.example' })).map(({ role }) => role);

describe('what was said', () => {
  test('is one hit however often it was sent, with the request that said it first and all that carried it', async () => {
    const facts = apart('once', 1);
    const first = [ask('Mend the crankshaft')];
    const second = [...first, answer('I mend it.'), ask('And the flywheel')];
    const third = [...second, answer('Both are well.'), ask('Thanks')];
    await write(
      buildSaid(1, { messages: first, answer: say('I mend it.'), facts: { ...facts, preview: 'Mend the crankshaft' } }),
      buildSaid(2, { messages: second, answer: say('Both are well.'), facts }),
      buildSaid(3, { messages: third, facts }),
    );
    expect(await fillSearch(world.storage)).toMatchObject({ requests: 3, unreadable: [] });

    const asked = await find('crankshaft');
    expect(asked.map(({ requestId, role, isAnswer }) => ({ requestId, role, isAnswer }))).toEqual([
      { requestId: toId(NOON_MS + 1_000, 1), role: 'user', isAnswer: false },
    ]);
    const said = await find('"mend it"');
    expect(said.map(({ requestId, isAnswer }) => ({ requestId, isAnswer }))).toEqual([
      { requestId: toId(NOON_MS + 1_000, 1), isAnswer: true },
    ]);
    const carriers = await listCarriers(world.storage, [...asked, ...said]);
    const idsOf = (hits: typeof asked) =>
      hits.flatMap((hit) => carriers.get(toMessageKey(hit))?.requests.map(({ requestId }) => requestId) ?? []);
    expect(idsOf(asked)).toEqual([1, 2, 3].map((serial) => toId(NOON_MS + serial * 1_000, serial)));
    expect(idsOf(said)).toEqual([1, 2, 3].map((serial) => toId(NOON_MS + serial * 1_000, serial)));
  });

  test('is found by its words, by words in their order, by either of two, and without some', async () => {
    const facts = apart('syntax', 2);
    await write(
      buildSaid(10, {
        messages: [ask('The gasket of src/engine.ts leaks')],
        answer: say('A gasket never leaks oil'),
        facts,
      }),
    );
    await fillSearch(world.storage);
    expect(await rolesOf('GASKET leaks')).toEqual(['assistant', 'user']);
    expect(await rolesOf('"gasket of"')).toEqual(['user']);
    expect(await rolesOf('gasket -oil')).toEqual(['user']);
    expect(await rolesOf('engine.ts or oil')).toEqual(['assistant', 'user']);
    expect(await rolesOf('engi*')).toEqual(['user']);
    expect(await rolesOf('engi')).toEqual([]);
  });

  test('is thinking, calls, what they were given and their results; whose words they are can be chosen', async () => {
    const facts = apart('tools', 3);
    const call = [
      { type: 'thinking', thinking: 'A camshaft perhaps', signature: 'sig' },
      { type: 'tool_use', id: 'toolu_1', name: 'Bash', input: { command: 'grep -r camshaft' } },
    ];
    const result = {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'camshaft.txt: 12' }],
    };
    const opening = [ask('Find it')];
    await write(
      buildSaid(20, { messages: opening, answer: call, system: 'You know every camshaft.', facts }),
      // A client that leaves thinking out when it sends an answer back.
      buildSaid(21, { messages: [...opening, { role: 'assistant', content: call.slice(1) }, result], facts }),
    );
    await fillSearch(world.storage);
    const hits = await find('camshaft', { domain: 'tools.example' });
    expect(hits.map(({ role, tools }) => [role, tools])).toEqual([
      ['user', ['Bash']],
      ['assistant', ['Bash']],
    ]);
    expect(hits[1]?.text).toContain('A camshaft perhaps');
    expect(await find('camshaft', { domain: 'tools.example', tool: 'Read' })).toEqual([]);
    expect(await find('camshaft', { domain: 'tools.example', roles: ['system'] })).toHaveLength(1);
    expect(await find('camshaft', { domain: 'tools.example', toMs: NOON_MS })).toEqual([]);
  });

  test('is what came of an answer, streamed and compressed, also where it broke off', async () => {
    const events = [
      { type: 'message_start', message: { role: 'assistant', content: [] } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'The turbo' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'charger whistles' } },
    ];
    const stream = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
    const { facts, payload } = buildSaid(25, { messages: [ask('Why the noise?')], facts: apart('streamed', 15) });
    const responseHeaders = [['content-type', 'text/event-stream']] as const;
    const responseBody = gzipSync(stream);
    await write({ facts, payload: { ...payload, responseHeaders, responseBody, responseEncoding: 'gzip' } });
    await fillSearch(world.storage);
    expect((await find('turbocharger')).map(({ text, isAnswer }) => [text, isAnswer])).toEqual([
      ['The turbocharger whistles', true],
    ]);
  });

  test('of a body that its client compressed is found too', async () => {
    const { facts, payload } = buildSaid(26, { messages: [ask('A compressed manifold')], facts: apart('packed', 16) });
    const requestHeaders = [['content-encoding', 'gzip']] as const;
    await write({
      facts,
      payload: { ...payload, requestHeaders, requestBody: gzipSync(payload.requestBody ?? '') },
    });
    await fillSearch(world.storage);
    const hits = await find('manifold');
    expect(hits).toHaveLength(1);
    const carriers = await listCarriers(world.storage, hits);
    expect([...carriers.values()].map(({ requests }) => requests.length)).toEqual([1]);
  });

  test('in scripts without spaces is found by any part, and an emoji by itself', async () => {
    const facts = apart('script', 4);
    await write(buildSaid(30, { messages: [ask('東京都の首都です 🚀 готово ЁЖ')], facts }));
    await fillSearch(world.storage);
    for (const part of ['首都', '東京都', '京都の', '都', '🚀', 'ёж']) expect(await find(part)).toHaveLength(1);
    expect((await findPart(world.storage, '都の首')).hits).toHaveLength(1);
  });

  test('is found by a part of a word, the latest first, as far as one looks', async () => {
    const facts = apart('parts', 5);
    await write(
      ...[40, 41, 42].map((serial) =>
        buildSaid(serial, {
          messages: [ask(`Sprocketeering ${serial} => 50% off_`)],
          facts: { ...facts, sessionId: `${serial}` },
        }),
      ),
    );
    await fillSearch(world.storage);
    const scope = { roles: ['user' as const], domain: 'parts.example' };
    const whole = await searchParts(world.storage, { part: 'KETEER', scope, limit: 50, messagesMax: 1_000 });
    expect(whole.hits.map(({ text }) => text.slice(15, 17))).toEqual(['42', '41', '40']);
    expect(whole).toMatchObject({ messageCount: 3, next: null });
    expect((await findPart(world.storage, '% off_', scope)).hits).toHaveLength(3);
    const near = await searchParts(world.storage, { part: '40 =>', scope, limit: 50, messagesMax: 2 });
    expect(near).toMatchObject({ hits: [], messageCount: 2, reachedAtMs: NOON_MS + 41_000 });
    const far = await searchParts(world.storage, {
      part: '40 =>',
      scope,
      limit: 50,
      messagesMax: 2,
      before: near.next ?? undefined,
    });
    expect(far).toMatchObject({ messageCount: 1, next: null });
    expect(far.hits).toHaveLength(1);
  });

  test('comes page after page, by time or by how well it fits', async () => {
    const facts = apart('pages', 6);
    const texts = ['piston', 'piston piston piston', 'a piston among many other words that say nothing of it'];
    await write(
      ...texts.map((text, at) =>
        buildSaid(50 + at, { messages: [ask(text)], facts: { ...facts, sessionId: `page-${at}` } }),
      ),
    );
    await fillSearch(world.storage);
    const search = toSearch('piston');
    const scope = { roles: ['user' as const], domain: 'pages.example' };
    for (const [order, expected] of [
      ['time', [2, 1, 0]],
      ['rank', [1, 0, 2]],
    ] as const) {
      const seen: (string | undefined)[] = [];
      let before;
      do {
        const page = await searchWords(world.storage, { search, scope, order, limit: 1, before });
        seen.push(...page.hits.map(({ text }) => text));
        before = page.next ?? undefined;
      } while (before !== undefined);
      expect(seen).toEqual(expected.map((at) => texts[at]));
    }
  });

  test('that is a secret stays masked, and a long text is kept as far as it is searched', async () => {
    const facts = apart('masked', 7);
    const long = `needle ${'straw '.repeat(30_000)}haystackend`;
    await write(
      buildSaid(60, { messages: [ask(`my key is sk-ant-api03-${'q'.repeat(40)}`), answer('ok'), ask(long)], facts }),
    );
    await fillSearch(world.storage);
    expect((await findPart(world.storage, 'qqqq', { domain: 'masked.example' })).hits).toEqual([]);
    expect((await findPart(world.storage, 'sk-ant-api03-***', { domain: 'masked.example' })).hits).toHaveLength(1);
    const [hit] = await find('needle', { domain: 'masked.example' });
    expect(hit?.text).toHaveLength(SEARCHED_TEXT_MAX);
    expect(hit?.textLength).toBe(long.length);
    expect(await find('haystackend')).toEqual([]);
  });
});
