import { describe, expect, test } from 'bun:test';
import { readJsonFixture } from '../../test/fixtures.ts';
import {
  describeRequest,
  findSessionId,
  type HeaderList,
  type RequestDescription,
  type RequestKind,
} from '../index.ts';

const PATH = '/v1/messages';

function describeBody(body: unknown, headers: HeaderList = [], path = PATH): RequestDescription {
  return describeRequest({ body, headers, path });
}

const turn = { model: 'm', max_tokens: 100, messages: [{ role: 'user', content: 'Count the boats.' }] };

describe('the kind of a request', () => {
  test.each<[string, RequestKind]>([
    ['minimal', 'inference'],
    ['tool-loop', 'inference'],
    ['system-role-messages', 'inference'],
    ['odd-values', 'inference'],
    ['quota-probe', 'quota-probe'],
    ['warm-up', 'warm-up'],
    ['title', 'auxiliary'],
    ['compaction', 'compaction'],
  ])('%s is %s', (name, kind) => {
    expect(describeBody(readJsonFixture(`bodies/${name}.json`)).kind).toBe(kind);
  });

  test.each<[string, RequestKind]>([
    ['/v1/messages/count_tokens', 'count-tokens'],
    ['/v1/messages/', 'inference'],
    ['/v1/messages/batches', 'other'],
    ['/v1/models', 'other'],
    ['/', 'other'],
  ])('on %s is %s', (path, kind) => {
    expect(describeBody(turn, [], path).kind).toBe(kind);
  });

  test('of a body that is no object is other', () => {
    expect(describeBody(null).kind).toBe('other');
    expect(describeBody([turn]).kind).toBe('other');
  });

  test.each<[string, string, RequestKind]>([
    ['x-claude-code-request-class', 'main', 'inference'],
    ['x-claude-code-request-class', 'subagent', 'inference'],
    ['x-claude-code-request-class', 'auxiliary', 'auxiliary'],
    ['x-claude-code-request-class', 'compaction', 'compaction'],
    ['x-claude-code-request-class', 'a-new-class', 'inference'],
    ['x-claude-code-compaction', 'auto', 'compaction'],
    ['x-claude-code-compaction', 'false', 'inference'],
  ])('with %s: %s is %s', (name, value, kind) => {
    expect(describeBody(turn, [[name, value]]).kind).toBe(kind);
  });

  test('told by the client weighs more than the words', () => {
    const body = { ...turn, messages: [{ role: 'user', content: 'This is a side question: why?' }] };
    expect(describeBody(body).kind).toBe('auxiliary');
    expect(describeBody(body, [['x-claude-code-request-class', 'main']]).kind).toBe('inference');
  });

  test.each<[object, RequestKind]>([
    [{ max_tokens: 1, messages: [{ role: 'user', content: 'Hi' }] }, 'quota-probe'],
    [{ max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] }, 'inference'],
    [{ max_tokens: 0 }, 'warm-up'],
    [{ max_tokens: 1 }, 'inference'],
    [{ max_tokens: 1, messages: [...turn.messages, ...turn.messages] }, 'inference'],
    [{ tools: [{ type: 'web_search_20260209', name: 'web_search' }] }, 'inference'],
  ])('%p is %s', (fields, kind) => {
    expect(describeBody({ ...turn, ...fields }).kind).toBe(kind);
  });

  test('that anybody may send, but Claude Code only for one purpose, goes by the client', () => {
    const claudeCode: HeaderList = [['user-agent', 'claude-cli/2.1.329 (external, cli)']];
    const search = { ...turn, tools: [{ type: 'web_search_20260209', name: 'web_search' }] };
    expect(describeBody(search, claudeCode).kind).toBe('auxiliary');
    expect(describeBody({ ...turn, max_tokens: 1 }, claudeCode).kind).toBe('warm-up');
  });
});

function preview(content: unknown): string {
  return describeBody({ messages: [{ role: 'user', content }] }).preview;
}

const news = (name: string) =>
  `<task-notification>\n<task-id>a1</task-id>\n<summary>Agent "${name}" finished</summary>\n</task-notification>`;

describe('the preview', () => {
  test('of news that a client tells in the user’s place is the news in short', () => {
    expect(preview(`<system-reminder>\n[NOT USER INPUT]\n${news('tides')}\n</system-reminder>`)).toBe(
      'Agent "tides" finished',
    );
    expect(preview(news('tides') + news('boats'))).toBe('Agent "tides" finished; Agent "boats" finished');
    expect(preview('What is a <task-notification>?')).toBe('What is a <task-notification>?');
  });

  test('is the last text the user wrote, on one line, without reminders', () => {
    const reminder = '<system-reminder>\nThe date.\n</system-reminder>';
    expect(
      preview([
        { type: 'text', text: reminder },
        { type: 'text', text: `${reminder}Count\n\n  the boats.${reminder}` },
        { type: 'text', text: reminder },
      ]),
    ).toBe('Count the boats.');
  });

  test('goes back over tool results to what was asked', () => {
    const body = readJsonFixture('bodies/tool-loop.json');
    expect(describeBody(body).preview).toBe('Count the boats.');
  });

  test('is bounded and never cuts a character in two', () => {
    expect(preview('🚢'.repeat(5_000))).toBe('🚢'.repeat(100));
    expect(preview(`x${'🚢'.repeat(5_000)}`)).toBe(`x${'🚢'.repeat(99)}`);
  });

  test('holds no NUL and no half of a pair, whatever the user wrote', () => {
    expect(preview('a\u0000b \ud83d c')).toBe('a b \ufffd c');
  });

  test('of an open reminder keeps it, in time proportional to its length', () => {
    expect(preview('<system-reminder>'.repeat(50_000))).toHaveLength(200);
  });

  test('is empty where nobody wrote anything', () => {
    for (const content of [null, 5, [], [null, { type: 'image' }], {}]) expect(preview(content)).toBe('');
  });
});

test('facts come from the body and the headers', () => {
  const body = readJsonFixture('bodies/system-role-messages.json');
  const headers: HeaderList = [
    ['x-claude-code-agent-id', 'agent-1'],
    ['x-claude-code-parent-agent-id', 'agent-0'],
  ];
  expect(describeBody(body, headers)).toEqual({
    kind: 'inference',
    messageCount: 5,
    preview: 'Thanks',
    model: 'claude-opus-5',
    stream: true,
    sessionId: '0b6f7a52-3c7e-4b4e-9c58-1f2a3b4c5d6e',
    agentId: 'agent-1',
    parentAgentId: 'agent-0',
    userId: 'device-d0',
    project: null,
  });
});

test.each<[string, [header: string | null, userId: string | null], string | null]>([
  ['header', [' s-1 ', '{"session_id":"s-2"}'], 's-1'],
  ['JSON', [null, '{"device_id":"d","session_id":"s-2"}'], 's-2'],
  ['JSON without it', [null, '{"device_id":"d"}'], null],
  ['broken JSON', [null, '{"session_id":"s-2"'], null],
  [
    'legacy',
    [null, 'user_ab_account__session_3f2b1c0d-4e5f-4a6b-8c7d-9e0f1a2b3c4d'],
    '3f2b1c0d-4e5f-4a6b-8c7d-9e0f1a2b3c4d',
  ],
  ['an opaque id', [null, 'customer-17'], null],
  ['a header with control characters', ['a\u0001b', null], null],
  ['a header that is too long', ['x'.repeat(200), null], null],
  ['an empty header', ['', '{"session_id":"s-2"}'], 's-2'],
])('the session by %s', (_what, [header, userId], session) => {
  expect(findSessionId(header, userId)).toBe(session);
});
