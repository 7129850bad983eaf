import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { digest } from '../../test/digest.ts';
import { readJsonFixture } from '../../test/fixtures.ts';
import {
  hashSystem,
  normaliseAnswer,
  normaliseMessage,
  normaliseMessages,
  type NormalisedMessages,
  normaliseSlice,
  readTitle,
  splitBody,
  type UnlinkableReason,
} from '../index.ts';
import { stripReminders } from './strip-reminders.ts';

const REMINDER = '<system-reminder>\nToday is Friday.\n</system-reminder>';

function read(messages: readonly unknown[]): NormalisedMessages {
  const result = normaliseMessages(messages.map((message) => normaliseMessage(message, digest)));
  if (!result.ok) throw new Error(`unlinkable: ${result.reason}`);
  return result.messages;
}

/** What counts of a conversation, in one line. */
function blocksOf(...messages: unknown[]): string {
  return read(messages)
    .blocks.map(({ role, hash }) => `${role} ${hash}`)
    .join('\n');
}

const user = (content: unknown): unknown => ({ role: 'user', content });
const assistant = (content: unknown): unknown => ({ role: 'assistant', content });
const text = (words: string, more = {}): unknown => ({ type: 'text', text: words, ...more });
const call = (input: unknown, id = 'toolu_1'): unknown => ({ type: 'tool_use', id, name: 'Read', input });
const result = (content: unknown, more = {}): unknown => ({
  type: 'tool_result',
  tool_use_id: 'toolu_1',
  content,
  ...more,
});

const NOTICE = `<system-reminder>
[SYSTEM NOTIFICATION - NOT USER INPUT]
<task-notification>
<tool-use-id>toolu_tides</tool-use-id>
<summary>Agent "tides" finished</summary>
<result>Twelve.</result>
</task-notification>
</system-reminder>`;

describe('two ways of writing the same', () => {
  test.each<[string, unknown[], unknown[]]>([
    ['a text and a list of it', [user('hello')], [user([text('hello')])]],
    ['cache markers', [user([text('hello')])], [user([text('hello', { cache_control: { type: 'ephemeral' } })])]],
    ['reminders in a list', [user('hello')], [user([text(REMINDER), text('hello')])]],
    ['reminders in a text', [user('hello')], [user(`${REMINDER}\nhello\n${REMINDER}`)]],
    ['reminders in upper case', [user('hello')], [user('hello<SYSTEM-REMINDER>x</SYSTEM-REMINDER>')]],
    ['line ends and space around', [user('a\nb')], [user(' a\r\nb\n')]],
    [
      'the words around news of an agent',
      [user(NOTICE)],
      [user([text(NOTICE.replace('NOT USER INPUT', 'READ THIS'))])],
    ],
    [
      'what a turn of reminders alone says',
      [user('a'), assistant('b'), user(REMINDER)],
      [user('a'), assistant('b'), user('<system-reminder>Go on.</system-reminder>'), user([text(REMINDER)])],
    ],
    [
      'reminders beside what the user said',
      [user('a'), assistant('b'), user('c')],
      [user('a'), assistant('b'), user(REMINDER), user('c')],
    ],
    ['blank blocks', [user('hello')], [user([text(' '), text('hello'), text('')])]],
    [
      'injected system messages',
      [user('a'), assistant('b')],
      [user('a'), { role: 'system', content: 5 }, assistant('b')],
    ],
    ['messages of nothing but reminders', [user('a')], [user(REMINDER), user('a')]],
    [
      'thinking',
      [user('a'), assistant([text('b')])],
      [user('a'), assistant([{ type: 'thinking', thinking: 'x' }, text('b')])],
    ],
    [
      'the order of keys',
      [user('a'), assistant([call({ a: 1, b: { c: 2, d: 3 } })])],
      [user('a'), assistant([call({ b: { d: 3, c: 2 }, a: 1 })])],
    ],
    ['results as text or list', [user([result('ok')])], [user([result([text('ok')])])]],
    ['reminders in results', [user([result('ok')])], [user([result(`ok\n${REMINDER}`)])]],
    ['reminders in lists of results', [user([result('ok')])], [user([result([text('ok'), text(REMINDER)])])]],
    ['error flags', [user([result('ok')])], [user([result('ok', { is_error: false })])]],
    [
      'repeated calls',
      [user('a'), assistant([call({})])],
      [user('a'), assistant([call({}), call({})]), assistant([call({})])],
    ],
    ['repeated results', [user([result('ok')])], [user([result('ok')]), user([result('again')])]],
    ['messages parted', [user([result('ok'), text('next')])], [user([result('ok')]), user('next')]],
    [
      'titles of documents',
      [user([document_('x')])],
      [user([document_('x', { title: 'A page', citations: { enabled: true } })])],
    ],
    ['nothing for content', [user([result(null)])], [user([result([])])]],
  ])('%s', (_what, a, b) => {
    expect(blocksOf(...b)).toBe(blocksOf(...a));
  });
});

function document_(data: string, more = {}): unknown {
  return { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data }, ...more };
}

function image(source: unknown): unknown {
  return { type: 'image', source };
}

describe('what differs', () => {
  test.each<[string, unknown[], unknown[]]>([
    ['words', [user('a')], [user('b')]],
    ['who says it', [user('x'), user('a')], [user('x'), assistant('a')]],
    ['an open reminder', [user('a')], [user('a<system-reminder>b')]],
    ['the input of a call', [user('a'), assistant([call({ a: 1 })])], [user('a'), assistant([call({ a: 2 })])]],
    ['the id of a call', [user('a'), assistant([call({})])], [user('a'), assistant([call({}, 'toolu_2')])]],
    ['a result', [user([result('a')])], [user([result('b')])]],
    [
      'an image',
      [user([image({ type: 'base64', media_type: 'image/png', data: 'AA' })])],
      [user([image({ type: 'base64', media_type: 'image/png', data: 'AB' })])],
    ],
    [
      'where an image is',
      [user([image({ type: 'url', url: 'http://a' })])],
      [user([image({ type: 'url', url: 'http://b' })])],
    ],
    ['a document', [user([document_('x')])], [user([document_('y')])]],
    ['two texts and one', [user([text('a'), text('b')])], [user('a\nb')]],
    ['an unknown block', [user([{ type: 'hologram', of: 1 }])], [user([{ type: 'hologram', of: 2 }])]],
    [
      'server tools',
      [user('a'), assistant([{ type: 'server_tool_use', id: 's', name: 'web_search', input: { query: 'a' } }])],
      [user('a'), assistant([{ type: 'server_tool_use', id: 's', name: 'web_search', input: { query: 'b' } }])],
    ],
  ])('%s', (_what, a, b) => {
    expect(blocksOf(...b)).not.toBe(blocksOf(...a));
  });
});

describe('what cannot be linked has a reason', () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  test.each<[string, string[], UnlinkableReason]>([
    ['no messages', [], 'no-messages'],
    ['broken JSON', ['{"role":'], 'not-json'],
    ['a message that is no object', ['5'], 'unknown-shape'],
    ['content that is neither text nor list', ['{"role":"user","content":5}'], 'unknown-shape'],
    ['blocks that are no objects', ['{"role":"user","content":["a"]}'], 'unknown-shape'],
    ['an unknown role', ['{"role":"user","content":"a"}', '{"role":"tool","content":"a"}'], 'unknown-role'],
    ['no role', ['{"content":"a"}'], 'unknown-role'],
    ['nothing left', [`{"role":"user","content":${JSON.stringify(REMINDER)}}`], 'nothing-left'],
    ['only an assistant', ['{"role":"assistant","content":"a"}'], 'nothing-left'],
    ['abysses', [`{"role":"user","content":[{"type":"hologram","of":${deep}}]}`], 'too-deep'],
  ])('%s', (_what, messages, reason) => {
    const slices = messages.map((json) => normaliseSlice(new TextEncoder().encode(json), digest));
    expect(normaliseMessages(slices)).toMatchObject({ ok: false, reason });
  });

  test('whatever is in a message, nothing is thrown', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (content, block) => {
        for (const message of [
          content,
          user(content),
          user([block]),
          user([{ type: 'tool_result', content }]),
          user([{ type: 'image', source: content }]),
        ]) {
          normaliseMessages([normaliseMessage(message, digest)]);
          normaliseAnswer(message, { digest, isSummary: true });
        }
      }),
    );
  });
});

describe('hostile sizes end in time proportional to them', () => {
  test('100,000 messages; one more is refused', () => {
    const slice = normaliseMessage(user('a'), digest);
    expect(read(Array.from({ length: 100_000 }, () => user('a'))).blocks).toHaveLength(100_000);
    expect(normaliseMessages(Array.from({ length: 100_001 }, () => slice))).toMatchObject({
      reason: 'too-many-messages',
    });
  });

  test.each([
    ['of words', 'words '.repeat(1_800_000)],
    ['of open reminders', '<system-reminder>'.repeat(600_000)],
    ['of closed reminders', '<system-reminder></system-reminder>'.repeat(300_000)],
    ['of closing tags', '</system-reminder>'.repeat(550_000)],
    ['of space', `a${' '.repeat(10_000_000)}b`],
    ['of half pairs', '\ud83d'.repeat(5_000_000)],
    [
      'of a continuation',
      `This session is being continued from a previous conversation. ${'\nSummary:'.repeat(1_000_000)}`,
    ],
  ])('10 MB %s', (_what, words) => {
    expect(normaliseMessage(user(words), digest).ok).toBe(true);
  });
});

test('a slice of a real body gives what the parsed message gives', () => {
  for (const name of [
    'tool-loop',
    'system-role-messages',
    'tools-cache-control',
    'images',
    'documents',
    'lone-surrogates',
  ]) {
    const body = readJsonFixture(`bodies/${name}.json`);
    const messages: unknown[] =
      typeof body === 'object' && body !== null && 'messages' in body && Array.isArray(body.messages)
        ? body.messages
        : [];
    const split = splitBody(new TextEncoder().encode(JSON.stringify(body)));
    const slices = split?.slices
      .filter(({ kind }) => kind === 'message')
      .map(({ bytes }) => normaliseSlice(bytes, digest));
    expect(slices).toEqual(messages.map((message) => normaliseMessage(message, digest)));
  }
});

describe('a turn that the client began by itself', () => {
  const before = [user('a'), assistant('b')];
  test.each([
    ['news of an agent', user(NOTICE)],
    ['reminders alone', user(REMINDER)],
  ])('with %s is a turn, and its answer is one of its own', (_what, note) => {
    const { blocks, prefilled } = read([...before, note]);
    expect([blocks.map(({ role }) => role), prefilled]).toEqual([['user', 'assistant', 'user'], false]);
    expect(blocksOf(...before, note, assistant('c'))).not.toBe(blocksOf(...before, assistant('c')));
  });

  test('with other news is another', () => {
    expect(blocksOf(...before, user(NOTICE))).not.toBe(blocksOf(...before, user(NOTICE.replace('Twelve', 'Six'))));
  });
});

test('reminders go with the space before them, up to the first closing tag', () => {
  expect(stripReminders('a \n<system-reminder>b<system-reminder>c</system-reminder>d</system-reminder> e')).toBe(
    'ad</system-reminder> e',
  );
  expect(stripReminders('a </system-reminder> b')).toBe('a </system-reminder> b');
});

const launch = (name: string, input: unknown): unknown => ({
  type: 'tool_use',
  id: `${name}-${JSON.stringify(input).length}`,
  name,
  input,
});

const written = (message: string, isSummary = true): readonly string[] =>
  normaliseAnswer({ content: [text(message)] }, { digest, isSummary })?.summaryProbes ?? [];

describe('an answer', () => {
  test('has the hashes it comes back with', () => {
    const content = [
      { type: 'thinking', thinking: 'Hm', signature: 'x' },
      text('There are three.'),
      call({ path: '/a' }),
    ];
    const answer = normaliseAnswer({ role: 'assistant', content }, { digest, isSummary: false });
    const back = read([user('a'), assistant([text('There are three.\n'), call({ path: '/a' })])]).blocks.slice(1);
    expect(answer?.blocks.map(({ hash }) => hash)).toEqual(back.map(({ hash }) => hash));
  });

  test('tells the agents it launches, and which of them may start later', () => {
    const content = [
      launch('Task', { prompt: 'Look\r\nhere ' }),
      launch('Read', { prompt: 'no agent' }),
      launch('Agent', { prompt: 'Look there' }),
      launch('Agent', { prompt: 'Look at once', run_in_background: false }),
      launch('Task', { prompt: ' ' }),
      launch('Task', { prompt: 5 }),
    ];
    const calls = normaliseAnswer({ content }, { digest, isSummary: false })?.agentCalls ?? [];
    expect(calls.map(({ index, asynchronous }) => [index, asynchronous])).toEqual([
      [0, false],
      [1, true],
      [2, false],
    ]);
    expect(calls[0]?.promptHash).toBe(
      read([user([text(REMINDER), text('Look\nhere'), text('more')])]).promptHash ?? '',
    );
  });

  test('that is none of Claude’s is none', () => {
    for (const message of [null, 'x', { type: 'error' }, { content: 7 }]) {
      expect(normaliseAnswer(message, { digest, isSummary: false })).toBeNull();
    }
  });
});

describe('a summary', () => {
  const words = 'The harbour was searched and every boat in it was counted twice. '.repeat(60);
  const PREAMBLE = 'This session is being continued from a previous conversation that ran out of context. ';

  test.each<[string, string]>([
    [
      'old words',
      `${PREAMBLE}The conversation is summarized below:\nAnalysis:\nFirst the boats.\n\nSummary:\n${words}.\nPlease continue the conversation from where we left it off.`,
    ],
    [
      'new words',
      `${PREAMBLE}The summary below covers the earlier portion of the conversation.\n\nSummary:\n${words}\n\nIf you need specific details from before compaction, read the full transcript at: /t`,
    ],
    [
      'newest words',
      `${PREAMBLE}The summary below covers the earlier portion of the conversation.\n\n${words}\nContinue the conversation from where it left off without asking the user.`,
    ],
    ['an edited end', `${PREAMBLE}The conversation is summarized below:\nSummary:\n${words.slice(0, 1_500)} and so on`],
  ])('is found in %s', (_what, message) => {
    const { continues, summaryProbes } = read([user([text(REMINDER), text(message), text('/compact')])]);
    const answer = written(`<analysis>\nFirst the boats.\n</analysis>\n\n<summary>\n${words}\n</summary>`);
    expect(continues).toBe(true);
    expect(summaryProbes.some((probe) => answer.includes(probe))).toBe(true);
  });

  test('that is short or another is not', () => {
    const message = `${PREAMBLE}The conversation is summarized below:\nSummary:\n`;
    expect(read([user(`${message}Short.`)])).toMatchObject({ continues: true, summaryProbes: [] });
    const { summaryProbes } = read([user(message + 'Other words. '.repeat(100))]);
    expect(summaryProbes.some((probe) => written(`<summary>${words}</summary>`).includes(probe))).toBe(false);
  });

  test('is looked for only where one was asked for, or in its tags', () => {
    expect(written(words, false)).toEqual([]);
    expect(written(`<summary>${words}</summary>`, false)).toEqual(written(`<summary>${words}</summary>`));
  });

  test('of Claude’s own compaction is found by its block', () => {
    const block = { type: 'compaction', content: 'All before in short.' };
    const answer = normaliseAnswer({ content: [block, text('Go on')] }, { digest, isSummary: false });
    expect(read([assistant([block]), user('Next')]).summaryProbes).toEqual(answer?.summaryProbes ?? []);
  });
});

test('a request that begins Claude’s answer says so', () => {
  expect(read([user('a'), assistant('It is')]).prefilled).toBe(true);
  expect(read([user('a'), assistant('It is'), user('b')]).prefilled).toBe(false);
  expect(read([user('a'), assistant([call({})])]).prefilled).toBe(false);
});

describe('a system prompt', () => {
  const prompt = 'You are Claude Code.\n\n# Tone\nBe brief.';
  test.each<[string, unknown]>([
    ['as blocks', [text('You are Claude Code.\n'), text('# Tone\nBe brief.')]],
    ['with a billing line', [text('x-anthropic-billing-header: cc_version=2.1.329;'), text(prompt)]],
    ['with an environment', `${prompt}\n<env>\nWorking directory: /a\nToday's date: 2026-11-20\n</env>`],
    [
      'with a git status',
      `${prompt}\n\ngitStatus: This is the git status\nCurrent branch: main\n\nRecent commits:\nabc x`,
    ],
    ['with a date', `${prompt}\nToday's date is 2026-11-20.`],
  ])('%s is the same', (_what, system) => {
    expect(hashSystem(system, digest)).toBe(hashSystem(prompt, digest));
  });

  test('with other words is another, and none is none', () => {
    expect(hashSystem('Be verbose.', digest)).not.toBe(hashSystem(prompt, digest));
    for (const system of [undefined, null, '', [], 5, REMINDER]) expect(hashSystem(system, digest)).toBeNull();
  });
});

describe('the title of a conversation', () => {
  const asked = readJsonFixture('bodies/title.json');
  const old = { system: 'Analyze if this message indicates a new conversation topic', messages: [] };
  const plain = { messages: [user('Please write a 5-10 word title for: boats')] };
  test.each<[string, [asked: unknown, answer: string], string | null]>([
    ['as JSON', [asked, '{"title":"Count the boats"}'], 'Count the boats'],
    ['as JSON behind a prefilled brace', [old, '"isNewTopic": true, "title": "Boats"}'], 'Boats'],
    ['as plain text', [plain, 'Counting boats\n'], 'Counting boats'],
    ['as JSON without one', [asked, '{"isNewTopic":false,"title":null}'], null],
    ['as broken JSON', [asked, '{"title":'], null],
    ['that nobody asked for', [{ messages: [user('Hello')] }, '{"title":"x"}'], null],
  ])('%s', (_what, [requestBody, words], title) => {
    expect(readTitle({ requestBody, message: { content: [text(words)] } })).toBe(title);
  });
});
