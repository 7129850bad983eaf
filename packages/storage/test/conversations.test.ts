import { afterAll, beforeAll, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { arbitrarySteps } from '../../core/test/arbitrary-traffic.ts';
import { simulateTraffic } from '../../core/test/traffic.ts';
import {
  type Keyset,
  type ConversationListInput,
  findConversation,
  listConversations,
  listPathMessages,
  loadConversationTree,
  type WrittenBatch,
} from '../src/index.ts';
import { toConversationsQuery } from '../src/queries/conversation/list-conversations.ts';
import { toTreeQuery } from '../src/queries/conversation/load-conversation-tree.ts';
import { buildRecord, NOON_MS } from './record.ts';
import { toRecords } from './traffic-records.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

let world: WriterWorld;
const steps = fc.sample(arbitrarySteps, { numRuns: 8, seed: 3 }).flat();
const records = toRecords(simulateTraffic(steps), 'none');

/** A talk of three turns, a fork of its second, and an agent that its first launched. */
const TALK = [
  toTurn(1, { texts: ['Count the boats'], answer: 'Five' }),
  toTurn(
    2,
    { texts: ['Count the boats', 'Five', 'And the masts?'], answer: 'Nine' },
    { userId: 'jane', project: '/home/jane/harbour' },
  ),
  toTurn(3, { texts: ['Count the boats', 'Five', 'And the masts?', 'Nine', 'Thanks'], answer: 'Gladly' }),
  toTurn(
    4,
    { texts: ['Count the boats', 'Five', 'And the oars?'], answer: 'None' },
    { outcome: 'upstream-error', status: 529 },
  ),
];

function toTurn(
  serial: number,
  { texts, answer }: { readonly texts: readonly string[]; readonly answer: string },
  facts: Parameters<typeof buildRecord>[1] = {},
) {
  const messages = texts.map((text, index) => ({
    role: index % 2 === 0 ? 'user' : 'assistant',
    // What a client adds to its newest message only must not count.
    content: index === texts.length - 1 ? `${text}\n<system-reminder>\nnow ${serial}\n</system-reminder>` : text,
  }));
  const body = { model: 'claude-sonnet-4-5', messages };
  return buildRecord(
    serial,
    { sessionId: 'talk', domain: 'talk.example', preview: texts.at(-1) ?? '', keyId: 'key-1', ...facts },
    {
      requestHeaders: [['x-claude-code-session-id', 'talk']],
      responseHeaders: [['content-type', 'application/json']],
      requestBody: Buffer.from(JSON.stringify(body)),
      responseBody: Buffer.from(JSON.stringify({ role: 'assistant', content: [{ type: 'text', text: answer }] })),
    },
  );
}

/** A count of tokens that says nothing of whom it is for. */
const PROBE = buildRecord(900, { domain: 'probe.example', kind: 'count-tokens', sessionId: null });

const written: WrittenBatch[] = [];

beforeAll(async () => {
  world = await createWriterWorld();
  const writer = world.createWriter({ onWritten: (batch) => written.push(batch) });
  for (const record of [...records, ...TALK, PROBE]) writer.append(record);
  await world.settled(writer);
});
afterAll(() => world.drop());

async function listAll(input: Omit<ConversationListInput, 'limit'>, limit: number): Promise<string[]> {
  const ids: string[] = [];
  let before: Keyset | undefined;
  for (;;) {
    const page = await listConversations(world.storage, { ...input, before, limit });
    ids.push(...page.conversations.map(({ facts }) => facts.conversationId));
    if (!page.next) return ids;
    before = page.next;
  }
}

async function findTalk(): Promise<string> {
  const [id = ''] = await listAll({ domain: 'talk.example' }, 10);
  return id;
}

test('pages of any size give every conversation once, the last active first', async () => {
  const all = await listAll({}, 500);
  expect(new Set(all).size).toBe(all.length);
  expect(all.length).toBeGreaterThan(10);
  for (const limit of [1, 7]) expect(await listAll({}, limit)).toEqual(all);
});

test('requests that are no turns and belong to nobody are no conversation', async () => {
  expect(await listAll({ domain: 'probe.example' }, 10)).toEqual([]);
});

test('a list can be narrowed by who, what, when and how it went', async () => {
  const id = await findTalk();
  for (const input of [
    { keyId: 'key-1' },
    { userId: 'jane' },
    { project: '/home/jane/harbour' },
    { userId: 'jane', project: '/home/jane/harbour', keyId: 'key-1' },
    { sessionId: 'talk' },
    { text: 'BOATS' },
    { domain: 'talk.example', hasErrors: true },
    { domain: 'talk.example', hasSubtasks: false },
    { domain: 'talk.example', accountId: 'account-a', model: 'claude-sonnet-4-5-20250929' },
    { fromMs: NOON_MS, toMs: NOON_MS + 60_000 },
  ]) {
    expect(await listAll(input, 10)).toEqual([id]);
  }
  expect(await listAll({ text: '%' }, 10)).toEqual([]);
  expect(await listAll({ domain: 'talk.example', hasErrors: false }, 10)).toEqual([]);
  expect(await listAll({ domain: 'talk.example', accountId: 'nobody' }, 10)).toEqual([]);
  expect(await listAll({ sessionId: 'nobody' }, 10)).toEqual([]);
  expect(await listAll({ userId: 'nobody' }, 10)).toEqual([]);
  expect(await listAll({ userId: 'jane', project: '/home/jane' }, 10)).toEqual([]);
});

test('a conversation comes with its branches, and its tree with the place of every request', async () => {
  const id = await findTalk();
  const found = await findConversation(world.storage, id);
  expect(found?.facts).toMatchObject({ requestCount: 4, turnCount: 4, branchCount: 2, forkCount: 1, errorCount: 1 });
  expect(found?.facts.firstPrompt?.text).toBe('Count the boats');
  expect(found).toMatchObject({ keys: ['key-1'], users: ['jane'], projects: ['/home/jane/harbour'] });
  expect(found?.branches.map(({ name, turnCount }) => [name.slice(0, 7), turnCount])).toEqual([
    ['main', 3],
    ['branch_', 1],
  ]);
  const tree = await loadConversationTree(world.storage, id);
  const ids = TALK.map(({ facts }) => facts.requestId);
  expect(tree.map(({ link }) => [link.requestId, link.parentRequestId, link.relation])).toEqual([
    [ids[0] ?? '', null, 'root'],
    [ids[1] ?? '', ids[0] ?? '', 'continues'],
    [ids[2] ?? '', ids[1] ?? '', 'continues'],
    [ids[3] ?? '', ids[0] ?? '', 'forks'],
  ]);
  expect(await findConversation(world.storage, crypto.randomUUID())).toBeNull();
  expect(await findConversation(world.storage, 'nobody')).toBeNull();
});

test('a path gives each message once, with the request that added it', async () => {
  const id = await findTalk();
  const [segment, ...others] = (await listPathMessages(world.storage, { conversationId: id, branch: 'main' })) ?? [];
  expect(others).toEqual([]);
  const [first, second, third] = TALK.map(({ facts }) => facts.requestId);
  expect(segment?.requestIds).toEqual([first ?? '', second ?? '', third ?? '']);
  expect(segment?.messages.map(({ addedBy, answerTo }) => [addedBy, answerTo])).toEqual([
    [first ?? '', null],
    [second ?? '', first ?? ''],
    [second ?? '', null],
    [third ?? '', second ?? ''],
    [third ?? '', null],
  ]);
  const texts = segment?.messages.map(({ json }) => JSON.parse(Buffer.from(json).toString()).content.split('\n')[0]);
  expect(texts).toEqual(['Count the boats', 'Five', 'And the masts?', 'Nine', 'Thanks']);
  expect(await listPathMessages(world.storage, { conversationId: id, branch: 'nowhere' })).toBeNull();
});

test('every branch of made-up conversations has a path that ends with its last turn', async () => {
  const { conversations } = await listConversations(world.storage, { limit: 100 });
  for (const { facts } of conversations) {
    const found = await findConversation(world.storage, facts.conversationId);
    for (const { name, last } of found?.branches ?? []) {
      const path = await listPathMessages(world.storage, { conversationId: facts.conversationId, branch: name });
      expect(path?.at(-1)?.lastRequestId).toBe(last.requestId);
      const added = path?.flatMap(({ messages, requestIds }) => messages.map((it) => requestIds.indexOf(it.addedBy)));
      expect(added).not.toContain(-1);
    }
  }
});

test('who listens is told where each request was linked to, once', async () => {
  const told = written.flatMap(({ requests }) => requests.map(({ facts }) => facts.requestId));
  expect(told.toSorted()).toEqual([...records, ...TALK, PROBE].map(({ facts }) => facts.requestId).toSorted());
  const id = await findTalk();
  const talk = written.flatMap(({ requests }) => requests).filter(({ facts }) => facts.domain === 'talk.example');
  expect(new Set(talk.map(({ facts }) => facts.conversationId))).toEqual(new Set([id]));
});

/** A table of a few rows is scanned whatever its indexes are; what matters is which index fits. */
const FITTING = 'set local enable_seqscan = off; set local enable_bitmapscan = off; set local enable_sort = off';

/** Copies of the conversations there are, each somebody else's. */
const CROWD = `
  insert into conversation
  select (jsonb_populate_record(c, jsonb_build_object(
    'conversation_id', gen_random_uuid(), 'users', array['user-' || n], 'projects', array['project-' || n]
  ))).*
  from conversation as c, generate_series(1, 100) as n;
  analyze conversation`;

async function explain(
  { sql, parameters }: { readonly sql: string; readonly parameters: readonly unknown[] },
  prepare = FITTING,
): Promise<string> {
  const client = await world.storage.pool.connect();
  try {
    await client.query('begin');
    await client.query(prepare);
    const plan = await client.query<{ 'QUERY PLAN': string }>(`explain ${sql}`, [...parameters]);
    await client.query('rollback');
    return plan.rows.map((row) => row['QUERY PLAN']).join('\n');
  } finally {
    client.release();
  }
}

test.each([
  ['a page', {}, 'conversation_turns'],
  ['a page of a domain', { domain: 'talk.example' }, 'conversation_domain'],
  ['a page of what had errors', { hasErrors: true }, 'conversation_errors'],
  ['a page of what had agents', { hasSubtasks: true }, 'conversation_subtasks'],
] satisfies [string, Omit<ConversationListInput, 'limit'>, string][])(
  '%s walks its index backwards and sorts nothing',
  async (_, input, index) => {
    const before = { atMs: NOON_MS, id: crypto.randomUUID() };
    const plan = await explain(toConversationsQuery(world.storage, { ...input, before, limit: 50 }).compile());
    expect(plan).toContain(`Index Scan Backward using ${index} on`);
    expect(plan).not.toContain('Sort');
  },
);

test.each([
  ['user', { userId: 'jane' }, 'conversation_users'],
  ['project', { project: '/home/jane/harbour' }, 'conversation_projects'],
] satisfies [string, Omit<ConversationListInput, 'limit'>, string][])(
  'the conversations of a %s are found without a walk over those of everybody else',
  async (_, input, index) => {
    const plan = await explain(toConversationsQuery(world.storage, { ...input, limit: 50 }).compile(), CROWD);
    expect(plan).toContain(`Bitmap Index Scan on ${index}`);
  },
);

test('a tree walks the primary key of its conversation', async () => {
  const plan = await explain(toTreeQuery(world.storage, await findTalk()).compile());
  expect(plan).toContain('pkey');
  expect(plan).not.toContain('Sort  ');
});
