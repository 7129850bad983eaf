import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { RecordedRequest } from '@nexus/core';
import {
  findConversation,
  listAudit,
  listConversations,
  listPathMessages,
  loadConversationTree,
  rebuildRequestBody,
  relink,
  type RetentionReport,
  type RetentionRules,
  runRetention,
} from '../src/index.ts';
import { buildAudit } from './audit.ts';
import { buildBody, buildRecord, toId } from './record.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

let world: WriterWorld;
beforeAll(async () => {
  world = await createWriterWorld();
  const writer = world.createWriter();
  for (const record of [...OLD, ...LONG, ...NEW]) writer.append(record);
  await world.settled(writer);
});
afterAll(() => world.drop());

const NOW_MS = Date.UTC(2026, 10, 20, 12);
const KEEP_ALL: RetentionRules = { payloadDays: 0, factsDays: 0, linksDays: 0 };

function turn(serial: number, startedAtMs: number, [sessionId, turns]: readonly [string, number]): RecordedRequest {
  const said = Array.from({ length: turns * 2 - 1 }, (_, index) => `${sessionId} says ${index}`);
  const metadata = { user_id: `user_a_account_b_session_${sessionId}` };
  const body = { ...JSON.parse(Buffer.from(buildBody(said)).toString()), metadata };
  const facts = { sessionId, startedAtMs, requestId: toId(startedAtMs, serial) };
  return buildRecord(serial, facts, { requestBody: Buffer.from(JSON.stringify(body)), responseBody: null });
}

const at = (month: number, day: number): number => Date.UTC(2026, month - 1, day, 9);
/** One that ended in August, one that goes on since August, and one of this month. */
const OLD = [turn(1, at(8, 3), ['old', 1]), turn(2, at(8, 4), ['old', 2])];
const LONG = [turn(3, at(8, 5), ['long', 1]), turn(4, at(9, 5), ['long', 2]), turn(5, at(11, 5), ['long', 3])];
const NEW = [turn(6, at(11, 18), ['new', 1])];

function run(rules: Partial<RetentionRules>, dryRun = false, nowMs = NOW_MS): Promise<RetentionReport> {
  return runRetention(world.storage, {
    rules: { ...KEEP_ALL, ...rules },
    nowMs,
    dryRun,
    toAudit: (detail) => buildAudit({ verb: 'retain', noun: 'storage', nounId: 'storage', detail }),
  });
}

async function listIds(): Promise<string[]> {
  const { conversations } = await world.storage.db
    .selectFrom('conversation')
    .select(['conversation_id'])
    .orderBy('first_at')
    .execute()
    .then((rows) => ({ conversations: rows.map((row) => row.conversation_id) }));
  return conversations;
}

async function countRows(table: string): Promise<number> {
  const { rows } = await world.storage.pool.query<{ count: number }>(`select count(*) as count from ${table}`);
  return rows[0]?.count ?? 0;
}

async function loadTexts(conversationId: string): Promise<string[]> {
  const path = await listPathMessages(world.storage, { conversationId, branch: 'main' });
  return (path ?? []).flatMap(({ messages }) => messages.map(({ json }) => Buffer.from(json).toString()));
}

async function append(record: RecordedRequest): Promise<void> {
  const writer = world.createWriter();
  writer.append(record);
  await world.settled(writer);
}

test('nothing goes as long as no bound is set', async () => {
  const before = await countRows('request');
  const report = await run({});
  // Sums by the minute go by themselves: hours and days say the same.
  const months = report.months.filter(({ table }) => table !== 'usage_minute');
  expect({ ...report, months }).toEqual({
    months: [],
    deletedConversations: 0,
    forgottenConversations: 0,
    isDone: true,
  });
  expect(await countRows('request')).toBe(before);
  const { entries } = await listAudit(world.storage, { limit: 10 });
  expect(entries.map(({ detail }) => detail['months'])).toEqual(['usage_minute 2026-08, usage_minute 2026-09']);
});

test('bodies go by the month, what is known of their requests stays, and a dry run says which', async () => {
  // The month of the first day that is kept is kept whole.
  const told = await run({ payloadDays: 60 }, true);
  expect(told.months.map(({ table, month }) => `${table} ${month}`)).toEqual([
    'request_body 2026-08-01',
    'response_body 2026-08-01',
    'message_blob 2026-08-01',
  ]);
  expect(await rebuildRequestBody(world.storage, OLD[0]?.facts.requestId ?? '')).not.toBeNull();
  const done = await run({ payloadDays: 60 });
  expect(done.months.map(({ table, month }) => [table, month])).toEqual(
    told.months.map(({ table, month }) => [table, month]),
  );
  expect(await rebuildRequestBody(world.storage, OLD[0]?.facts.requestId ?? '')).toBeNull();
  expect(await rebuildRequestBody(world.storage, LONG[1]?.facts.requestId ?? '')).not.toBeNull();
  expect((await listConversations(world.storage, { limit: 10 })).conversations).toHaveLength(3);
  const { entries } = await listAudit(world.storage, { noun: 'storage', limit: 10 });
  expect(entries[0]?.detail).toMatchObject({ deletedConversations: 0, forgottenConversations: 0 });
});

test('a relink leaves what has no bodies any more where it stands', async () => {
  const [oldId = '', longId = ''] = await listIds();
  const before = [await loadConversationTree(world.storage, oldId), await loadConversationTree(world.storage, longId)];
  expect(await relink(world.storage, { dryRun: false })).toMatchObject({ reread: 0, relinked: 0, unread: 3 });
  const after = [await loadConversationTree(world.storage, oldId), await loadConversationTree(world.storage, longId)];
  expect(after).toEqual(before);
});

test('a conversation goes when all of it is old; one that goes on keeps its links and its words', async () => {
  const [oldId = '', longId = '', newId = ''] = await listIds();
  const told = await run({ factsDays: 30 }, true);
  expect(told.deletedConversations).toBe(1);
  const [done, other] = await Promise.all([run({ factsDays: 30 }), run({ factsDays: 30 })]);
  // Two processes at once: what one does not do, the other does.
  expect((done?.deletedConversations ?? 0) + (other?.deletedConversations ?? 0)).toBe(1);
  await run({ factsDays: 30 });
  expect(await listIds()).toEqual([longId, newId]);
  expect(await findConversation(world.storage, oldId)).toBeNull();
  const fingerprints = await world.storage.db.selectFrom('fingerprint').select('request_id').execute();
  expect(fingerprints.map((row) => row.request_id).toSorted()).toEqual(
    [...LONG, ...NEW].map(({ facts }) => facts.requestId).toSorted(),
  );
  const tree = await loadConversationTree(world.storage, longId);
  expect(tree.map(({ link }) => [link.requestId, link.parentRequestId])).toEqual([
    [LONG[2]?.facts.requestId ?? '', LONG[1]?.facts.requestId ?? null],
  ]);
  expect(await loadTexts(longId)).toHaveLength(5);
  const next = turn(7, at(11, 7), ['long', 4]);
  await append(next);
  const grown = await loadConversationTree(world.storage, longId);
  expect(grown.at(-1)?.link).toMatchObject({ requestId: next.facts.requestId, relation: 'continues', branch: 'main' });
  expect(await run({ factsDays: 30 })).toMatchObject({ months: [], deletedConversations: 0, isDone: true });
});

test('a conversation that rested is forgotten by linking: it is still read, and what comes begins anew', async () => {
  const [longId = '', newId = ''] = await listIds();
  const beforeTree = await loadConversationTree(world.storage, longId);
  const before = [await loadTexts(longId), beforeTree];
  expect(await run({ linksDays: 7 }, true)).toMatchObject({ forgottenConversations: 1 });
  expect(await run({ linksDays: 7 })).toMatchObject({ forgottenConversations: 1, months: [], isDone: true });
  expect(await run({ linksDays: 7 })).toMatchObject({ forgottenConversations: 0 });
  expect(await findConversation(world.storage, newId)).not.toBeNull();
  expect([await loadTexts(longId), await loadConversationTree(world.storage, longId)]).toEqual(before);
  expect(await relink(world.storage, { dryRun: false })).toMatchObject({ reread: 0, relinked: 0 });
  expect([await loadTexts(longId), await loadConversationTree(world.storage, longId)]).toEqual(before);
  expect(await countRows('chain_step')).toBe(0);
  await append(turn(8, at(11, 19), ['new', 2]));
  expect((await loadConversationTree(world.storage, newId)).at(-1)?.link).toMatchObject({ relation: 'continues' });
  // Its session names it, so it is the same conversation; what is known of it does not change.
  const late = turn(9, at(11, 19), ['long', 5]);
  await append(late);
  const tree = await loadConversationTree(world.storage, longId);
  expect(tree.slice(0, -1)).toEqual(beforeTree);
  expect(tree.at(-1)?.link).toMatchObject({ requestId: late.facts.requestId, parentRequestId: null });
  expect(await loadTexts(longId)).toHaveLength(9);
  expect(await relink(world.storage, { dryRun: false })).toMatchObject({ relinked: 0 });
});

test('a month that somebody reads is left for the next run, and nobody waits for long', async () => {
  const reader = await world.storage.pool.connect();
  await reader.query('begin');
  await reader.query('select count(*) from message_blob');
  const busy = await run({ payloadDays: 1 }, false, Date.UTC(2026, 11, 5));
  await reader.query('rollback');
  reader.release();
  expect(busy.isDone).toBe(false);
  const done = await run({ payloadDays: 1 }, false, Date.UTC(2026, 11, 5));
  expect(done.isDone).toBe(true);
  expect(done.months.map(({ table }) => table)).toContain('message_blob');
});
