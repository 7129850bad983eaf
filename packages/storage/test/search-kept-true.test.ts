import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { RecordedRequest } from '@nexus/core';
import { createSilentLogger } from '@nexus/telemetry';
import { until } from '@nexus/testkit';
import { sql } from 'kysely';
import { deleteConversation, ensurePartitions, listConversations, relink, runRetention } from '../src/index.ts';
import { listPlaces } from '../src/queries/search/list-places.ts';
import { loadSearchProgress } from '../src/queries/search/load-search-progress.ts';
import { toMessagesByTime } from '../src/queries/search/messages-by-time.ts';
import type { SearchScope } from '../src/queries/search/search-conditions.ts';
import { FORCE_INDEX, toFewQuery } from '../src/queries/search/search-words.ts';
import { createSearchFiller } from '../src/search/create-search-filler.ts';
import { keepSearchMonths } from '../src/search/search-months.ts';
import { NOON_MS, toId } from './record.ts';
import { answer, apart, ask, buildSaid, fillSearch, findWords, say, toSearch } from './search-world.ts';
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

describe('the search stays true', () => {
  test('read twice, or the last first, it is the same', async () => {
    const facts = apart('order', 8);
    const opening = [ask('Turn the winch')];
    const later = [...opening, answer('The winch turns'), ask('Stop')];
    const records = [
      buildSaid(70, { messages: opening, answer: say('The winch turns'), facts }),
      buildSaid(71, { messages: later, facts }),
    ];
    await write(records[1] ?? buildSaid(0, { messages: [] }));
    await fillSearch(world.storage);
    expect((await find('"winch turns"'))[0]).toMatchObject({ isAnswer: false });
    await write(...records);
    await fillSearch(world.storage);
    expect((await find('winch')).map(({ requestId, isAnswer }) => [requestId, isAnswer])).toEqual([
      [toId(NOON_MS + 70_000, 70), true],
      [toId(NOON_MS + 70_000, 70), false],
    ]);
    const dump =
      'select payload_id, text_hash, said_at, request_id, role, words::text, data from message_search order by 1, 2';
    const before = await world.storage.pool.query(dump);
    await world.storage.pool.query(
      'insert into search_queue select payload_id, request_id, started_at from request_body',
    );
    await fillSearch(world.storage, { batch: 3 });
    expect((await world.storage.pool.query(dump)).rows).toEqual(before.rows);
  });

  test('a relink moves conversations, and hits lead to where they stand then', async () => {
    const facts = { ...apart('moved', 1), preview: 'Mend the crankshaft' };
    await write(buildSaid(1, { messages: [ask('Mend the crankshaft')], facts }));
    await fillSearch(world.storage);
    const [hit] = await find('crankshaft');
    if (hit === undefined) throw new Error('it was said');
    const before = await listPlaces(world.storage, [hit]);
    expect(before.get(hit.requestId)?.title).toBe('Mend the crankshaft');
    const moved = 'deadbeef-0000-8000-8000-000000000000';
    for (const table of ['request', 'fingerprint', 'conversation', 'branch'])
      await world.storage.pool.query(`update ${table} set conversation_id = $1 where conversation_id = $2`, [
        moved,
        before.get(hit.requestId)?.conversationId,
      ]);
    expect((await listPlaces(world.storage, [hit])).get(hit.requestId)?.conversationId).toBe(moved);
    await relink(world.storage, { dryRun: false });
    expect(await listPlaces(world.storage, await find('crankshaft'))).toEqual(before);
  });

  test('what is deleted is not found; what others said with the same bytes is', async () => {
    const shared = apart('shared', 9);
    const opening = [ask('Both begin with the anvil'), answer('Yes')];
    await write(
      buildSaid(80, {
        messages: [...opening, ask('only the first says mandrel')],
        facts: { ...shared, sessionId: 'first' },
      }),
      buildSaid(81, {
        messages: [ask('another beginning, with a bellows')],
        facts: { ...shared, sessionId: 'second' },
      }),
    );
    await fillSearch(world.storage);
    const [hit] = await find('mandrel');
    const places = await listPlaces(world.storage, hit === undefined ? [] : [hit]);
    const conversationId = places.get(hit?.requestId ?? '')?.conversationId ?? '';
    const all = await listConversations(world.storage, { limit: 100, domain: 'shared.example' });
    expect(all.conversations).toHaveLength(2);
    await deleteConversation(world.storage, {
      conversationId,
      deletedAtMs: NOON_MS,
      deletionId: crypto.randomUUID(),
      audit: {
        auditId: crypto.randomUUID(),
        atMs: NOON_MS,
        actor: 'local-cli',
        actorId: null,
        verb: 'delete',
        noun: 'conversation',
        nounId: conversationId,
        domain: null,
        detail: {},
      },
    });
    expect(await find('mandrel')).toEqual([]);
    await fillSearch(world.storage);
    expect(await find('mandrel')).toEqual([]);
    expect(await find('bellows')).toHaveLength(1);
  });

  test('months are read when they come into reach, and dropped when they leave it', async () => {
    const early = Date.UTC(2026, 6, 10);
    const facts = { ...apart('old', 10), startedAtMs: early };
    await write(buildSaid(90, { messages: [ask('An old trebuchet')], facts }));
    await fillSearch(world.storage);
    expect(await find('trebuchet')).toEqual([]);
    await fillSearch(world.storage, { daysMax: 400 });
    expect(await find('trebuchet')).toHaveLength(1);
    await fillSearch(world.storage, { daysMax: 30 });
    expect(await find('trebuchet')).toEqual([]);
    await fillSearch(world.storage, { daysMax: 0 });
    expect(await loadSearchProgress(world.storage)).toMatchObject({ waitingRequests: 0, fromMs: null });
    await fillSearch(world.storage);
    expect(await find('crankshaft')).toHaveLength(1);
  });
});

test('what was said goes with its bodies, whoever lets those go', async () => {
  await write(buildSaid(95, { messages: [ask('A perishable lantern')], facts: apart('perishable', 14) }));
  await fillSearch(world.storage);
  expect(await find('lantern')).toHaveLength(1);
  await runRetention(world.storage, {
    rules: { payloadDays: 30, factsDays: 0, linksDays: 0 },
    nowMs: NOON_MS + 90 * 86_400_000,
    dryRun: false,
    toAudit: (detail) => ({
      auditId: crypto.randomUUID(),
      atMs: NOON_MS,
      actor: 'local-cli',
      actorId: null,
      verb: 'delete',
      noun: 'storage',
      nounId: 'old months',
      domain: null,
      detail,
    }),
  });
  expect(await find('lantern')).toEqual([]);
  await ensurePartitions(world.storage, NOON_MS);
});

test('of processes that begin at once, one queues what was written before, and it is read once', async () => {
  await fillSearch(world.storage, { daysMax: 0 });
  const span = { nowMs: NOON_MS, daysMax: 90 };
  await Promise.all([1, 2, 3].map(() => keepSearchMonths(world.storage, span)));
  const stored = await world.storage.db.selectFrom('request_body').select('request_id').execute();
  const reach = stored.filter(({ request_id }) => request_id > toId(NOON_MS - 100 * 86_400_000, 0));
  expect(await fillSearch(world.storage)).toMatchObject({ requests: reach.length });
  await keepSearchMonths(world.storage, span);
  expect(await fillSearch(world.storage)).toMatchObject({ requests: 0 });
});

describe('whatever is sent', () => {
  test.each([
    ['no JSON at all', Buffer.from('{"messages": [')],
    [
      'messages that are none',
      Buffer.from('{"messages": [1, null, "two", {"role": "user"}, {"role": 7, "content": {}}]}'),
    ],
    [
      'halves of surrogates and NUL',
      Buffer.from(String.raw`{"messages":[{"role":"user","content":"broken \ud800 half \u0000 zero oddity"}]}`),
    ],
    [
      'bytes that are no text',
      Buffer.concat([
        Buffer.from('{"messages":[{"role":"user","content":"'),
        Buffer.from([0xff, 0xfe, 0x00]),
        Buffer.from('"}]}'),
      ]),
    ],
    ['ten megabytes in one string', Buffer.from(JSON.stringify({ messages: [ask(`${'x'.repeat(10_000_000)} end`)] }))],
    ['a word without an end', Buffer.from(JSON.stringify({ messages: [ask('ab'.repeat(100_000))] }))],
    [
      'brackets a thousand deep',
      Buffer.from(`{"messages":[{"role":"user","content":${'['.repeat(5_000)}${']'.repeat(5_000)}}]}`),
    ],
    [
      'quotes and backslashes',
      Buffer.from(JSON.stringify({ messages: [ask(String.raw`' \' '' :1 & | ! <-> ﹨ʼ＇`)] })),
    ],
  ])('%s is read and holds nobody', async (_name, requestBody) => {
    const record = buildSaid(100, { messages: [], facts: apart('bad', 11) });
    const startedAtMs = NOON_MS + Math.floor(Math.random() * 1_000_000) + 200_000;
    await write({
      facts: {
        ...record.facts,
        requestId: crypto.randomUUID().replace(/^.{15}/, toId(startedAtMs, 1).slice(0, 15)),
        startedAtMs,
      },
      payload: { ...record.payload, requestBody },
    });
    await fillSearch(world.storage);
    expect(await loadSearchProgress(world.storage)).toMatchObject({ waitingRequests: 0 });
  });

  test('a damaged body is told and passed over', async () => {
    const record = buildSaid(110, { messages: [ask('A damaged girder')], facts: apart('damaged', 12) });
    await write(record, buildSaid(111, { messages: [ask('A sound girder')], facts: apart('sound', 13) }));
    await world.storage.pool.query(`update message_blob set data = 'x', codec = 1 where payload_id = $1`, [
      record.facts.conversationId,
    ]);
    expect(await fillSearch(world.storage)).toMatchObject({ unreadable: [record.facts.requestId] });
    expect((await find('girder')).map(({ text }) => text)).toEqual(['A sound girder']);
  });
});

test('two fillers take turns, and the next one begins where they stopped', async () => {
  const log = createSilentLogger();
  const start = () =>
    createSearchFiller({
      connection: world.connection,
      prepared: true,
      daysMax: 90,
      isBusy: () => false,
      clock: () => NOON_MS,
      log,
    });
  const fillers = [start(), start()];
  await write(
    ...[120, 121, 122].map((serial) =>
      buildSaid(serial, { messages: [ask(`Rivet ${serial}`)], facts: apart('rivet', serial) }),
    ),
  );
  await until('all rivets are found', async () => (await find('rivet')).length === 3 || null);
  await Promise.all(fillers.map((filler) => filler.close(10_000)));
  await write(buildSaid(123, { messages: [ask('Rivet 123')], facts: apart('rivet', 123) }));
  expect(await loadSearchProgress(world.storage)).toMatchObject({ waitingRequests: 1 });
  const later = start();
  await until('the last rivet is found', async () => (await find('rivet')).length === 4 || null);
  await later.close(10_000);
});

test('while the database is away the filler says so once, and goes on when it is back', async () => {
  const lines: string[] = [];
  const keep = (_fields: object, message: string) => void lines.push(message);
  const filler = createSearchFiller({
    connection: world.connection,
    prepared: true,
    daysMax: 90,
    isBusy: () => false,
    clock: () => NOON_MS,
    log: { info: keep, warn: keep, error: keep },
  });
  await write(buildSaid(130, { messages: [ask('A first pontoon')], facts: apart('pontoon', 130) }));
  await until('the first is found', async () => (await find('pontoon')).length === 1 || null);
  await world.setReachable(world.connection.database, false);
  await until('it is said', () => lines.some((line) => line.startsWith('what is said cannot be made')) || null);
  await world.setReachable(world.connection.database, true);
  await write(buildSaid(131, { messages: [ask('A second pontoon')], facts: apart('pontoon', 131) }));
  await until('the second is found', async () => (await find('pontoon').catch(() => [])).length === 2 || null, 30_000);
  await filler.close(10_000);
  expect(lines.filter((line) => line.startsWith('what is said')).length).toBe(2);
}, 60_000);

test('words are looked up by their index, and what was said last by its time', async () => {
  const { pool } = world.storage;
  await pool.query(
    `insert into message_search
     select '5ea4c400-0000-8000-8000-00000000ffff', date_trunc('month', $1::timestamptz)::date, md5('m' || n)::uuid,
       $1::timestamptz - n * interval '1 s', n, md5('r' || n)::uuid, $1::timestamptz, false, 'explain.example', 'user', '{}',
       ('''common'':1 ''rare' || n || ''':2')::tsvector, 10, 0, 'x'
     from generate_series(1, 20000) as n`,
    [new Date(NOON_MS)],
  );
  await pool.query('analyze message_search');
  const explain = (text: string) =>
    world.storage.db.transaction().execute(async (transaction) => {
      const input = { search: toSearch(text), scope: { roles: ['user' as const] }, order: 'time' as const, limit: 50 };
      await FORCE_INDEX.execute(transaction);
      return JSON.stringify(await toFewQuery({ db: transaction }, input).explain('text', sql`costs off`));
    });
  expect(await explain('rare17')).toMatch(/Bitmap Index Scan on message_search_\d{4}_\d{2}_words_idx/);
  expect(await explain('common')).toMatch(/Bitmap Index Scan on message_search_\d{4}_\d{2}_words_idx/);
  // What many say is found by going through what was said last.
  expect((await find('common', { domain: 'explain.example' })).map(({ saidAtMs }) => saidAtMs)).toEqual(
    Array.from({ length: 50 }, (_, at) => NOON_MS - (at + 1) * 1_000),
  );
  const walk = toMessagesByTime(world.storage, { scope: { roles: ['user'] }, limit: 50 });
  expect(JSON.stringify(await walk.explain('text', sql`costs off`))).toMatch(
    /Index Scan Backward using message_search_\d{4}_\d{2}_said_at/,
  );
}, 60_000);
