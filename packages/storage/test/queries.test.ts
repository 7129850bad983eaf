import { afterAll, beforeAll, expect, test } from 'bun:test';
import {
  createKey,
  findRequest,
  listDomains,
  listAudit,
  listKeys,
  listRequests,
  loadKeyHashes,
  loadStorageStats,
  openStorage,
  type Keyset,
  type RequestListInput,
  rebuildRequestBody,
  revokeKey,
} from '../src/index.ts';
import { toListQuery } from '../src/queries/request/list-requests.ts';
import { buildAudit } from './audit.ts';
import { buildBody, buildRecord, NOON_MS, toId } from './record.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

let world: WriterWorld;

/** 60 requests in two months: every tenth failed, every seventh was refused, every thirteenth aborted. */
const RECORDS = Array.from({ length: 60 }, (_, index) => {
  const startedAtMs = index < 20 ? Date.UTC(2026, 9, 10, 8, 0, index) : NOON_MS + Math.floor(index / 3) * 1_000;
  const other = index % 6 === 1 ? { accountId: 'account-b', keyId: 'key-b', sessionId: 'session-b' } : {};
  const forWhom = index % 5 === 2 ? { userId: 'jane', project: '/home/jane/shop' } : {};
  const base = { startedAtMs, requestId: toId(startedAtMs, index), durationMs: index, ...other, ...forWhom };
  const domain = index % 2 === 0 ? 'even.example' : 'odd.example';
  const model = index % 4 === 0 ? 'claude-opus-4-5' : 'claude-sonnet-4-5';
  if (index % 13 === 5) return buildRecord(index, { ...base, domain, model, outcome: 'aborted', status: null });
  if (index % 10 === 3) return buildRecord(index, { ...base, domain, model, outcome: 'upstream-error', status: 529 });
  if (index % 7 === 2) return buildRecord(index, { ...base, domain, model, outcome: 'refused', status: 401 });
  return buildRecord(index, { ...base, domain, model, kind: index % 5 === 0 ? 'count-tokens' : 'inference' });
});
const FACTS = RECORDS.map((it) => it.facts).toSorted((left, right) => (left.requestId < right.requestId ? 1 : -1));

beforeAll(async () => {
  world = await createWriterWorld();
  const writer = world.createWriter();
  for (const record of RECORDS) writer.append(record);
  await world.settled(writer);
});
afterAll(() => world.drop());

async function listAll(input: Omit<RequestListInput, 'limit'>, limit: number): Promise<string[]> {
  const ids: string[] = [];
  let before: Keyset | undefined;
  for (;;) {
    const page = await listRequests(world.storage, { ...input, before, limit });
    expect(page.requests.length).toBeLessThanOrEqual(limit);
    ids.push(...page.requests.map((it) => it.requestId));
    if (!page.next) return ids;
    before = page.next;
  }
}

test('pages of any size give every request once, newest first, also within one millisecond', async () => {
  const expected = FACTS.map((it) => it.requestId);
  for (const limit of [1, 7, 60, 500]) expect(await listAll({}, limit)).toEqual(expected);
});

test.each([
  ['one domain', { domain: 'odd.example' }, (it: (typeof FACTS)[0]) => it.domain === 'odd.example'],
  ['one model', { model: 'claude-opus-4-5' }, (it) => it.model === 'claude-opus-4-5'],
  ['one account', { accountId: 'account-b' }, (it) => it.accountId === 'account-b'],
  ['one key', { keyId: 'key-b' }, (it) => it.keyId === 'key-b'],
  ['one session', { sessionId: 'session-b' }, (it) => it.sessionId === 'session-b'],
  ['one user', { userId: 'jane' }, (it) => it.userId === 'jane'],
  ['one project', { project: '/home/jane/shop' }, (it) => it.project === '/home/jane/shop'],
  ['one kind', { kind: 'count-tokens' }, (it) => it.kind === 'count-tokens'],
  ['one status', { status: { by: 'status', status: 529 } }, (it) => it.status === 529],
  ['a good status', { status: { by: 'status', status: 200 } }, (it) => it.status === 200],
  ['a class', { status: { by: 'class', hundreds: 4 } }, (it) => it.status === 401],
  ['a good class', { status: { by: 'class', hundreds: 2 } }, (it) => it.status === 200],
  ['what went well', { status: { by: 'ok' } }, (it) => it.outcome === 'completed'],
  ['errors', { status: { by: 'error' } }, (it) => it.outcome === 'refused' || it.outcome === 'upstream-error'],
  ['from an instant on', { fromMs: NOON_MS + 9_000 }, (it) => it.startedAtMs >= NOON_MS + 9_000],
  ['before an instant', { toMs: NOON_MS + 9_000 }, (it) => it.startedAtMs < NOON_MS + 9_000],
  [
    'several at once',
    { domain: 'even.example', status: { by: 'error' }, fromMs: NOON_MS },
    (it) => it.domain === 'even.example' && it.startedAtMs >= NOON_MS && /refused|error/.test(it.outcome),
  ],
] satisfies [string, Omit<RequestListInput, 'limit'>, (it: (typeof FACTS)[0]) => boolean][])(
  'a list can be narrowed to %s',
  async (_, input, keep) => {
    const expected = FACTS.filter(keep).map((it) => it.requestId);
    expect(expected.length).toBeGreaterThan(0);
    expect(await listAll(input, 9)).toEqual(expected);
  },
);

async function explain(input: RequestListInput): Promise<string> {
  const { sql, parameters } = toListQuery(world.storage, input).compile();
  const client = await world.storage.pool.connect();
  try {
    // A table of 60 rows is scanned whatever its indexes are; what matters is which index fits.
    await client.query('begin');
    await client.query(
      'set local enable_seqscan = off; set local enable_bitmapscan = off; set local enable_sort = off',
    );
    const plan = await client.query<{ 'QUERY PLAN': string }>(`explain ${sql}`, [...parameters]);
    await client.query('rollback');
    return plan.rows.map((row) => row['QUERY PLAN']).join('\n');
  } finally {
    client.release();
  }
}

test.each([
  ['a page', {}, 'started_at_request_id_idx'],
  ['a page of a domain', { domain: 'odd.example' }, 'domain_started_at_request_id_idx'],
  ['a page of a model', { model: 'claude-opus-4-5' }, 'model_started_at_request_id_idx'],
  ['a page of an account', { accountId: 'account-b' }, 'account_id_started_at_request_id_idx'],
  ['a page of a key', { keyId: 'key-b' }, 'key_id_started_at_request_id_idx'],
  ['a page of a session', { sessionId: 'session-b' }, 'session_id_started_at_request_id_idx'],
  ['a page of a user', { userId: 'jane' }, 'user_id_started_at_request_id_idx'],
  ['a page of a project', { project: '/home/jane/shop' }, 'project_started_at_request_id_idx'],
  ['a page of errors', { status: { by: 'error' } }, 'started_at_request_id_idx1'],
  ['a page of one bad status', { status: { by: 'status', status: 529 } }, 'started_at_request_id_idx1'],
] satisfies [string, Omit<RequestListInput, 'limit'>, string][])(
  '%s walks its index backwards and sorts nothing',
  async (_, input, index) => {
    const before = { atMs: NOON_MS + 60_000, id: toId(NOON_MS, 9) };
    const plan = await explain({ ...input, before, limit: 50 });
    expect(plan).toContain(`Index Scan Backward using request_2026_11_${index} on`);
    expect(plan).not.toContain('Sort');
  },
);

test('a list of a time range reads only the months of the range', async () => {
  const plan = await explain({ fromMs: NOON_MS, toMs: NOON_MS + 60_000, limit: 50 });
  expect(plan).toContain('request_2026_11');
  expect(plan).not.toContain('request_2026_10');
});

test('a request is found by its id alone, in any case, and an unknown one is not', async () => {
  const { facts } = RECORDS[3] ?? buildRecord(0);
  const found = await findRequest(world.storage, facts.requestId);
  expect(found?.facts).toEqual({ ...facts, conversationId: found?.facts.conversationId ?? '' });
  expect((await findRequest(world.storage, facts.requestId.toUpperCase()))?.facts).toEqual(found?.facts);
  expect(await findRequest(world.storage, toId(NOON_MS, 4_711))).toBeNull();
  expect(await findRequest(world.storage, crypto.randomUUID())).toBeNull();
});

test('a damaged body is told and never passed off as the right one', async () => {
  const record = buildRecord(900, {}, { requestBody: buildBody(['to be damaged']) });
  const writer = world.createWriter();
  writer.append(record);
  await world.settled(writer);
  const { requestId } = record.facts;
  await world.storage.pool.query('update request_body set raw_sha256 = $1 where request_id = $2', [
    Buffer.alloc(32),
    requestId,
  ]);
  const failure = await rebuildRequestBody(world.storage, requestId).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'body-damaged' });
  await world.storage.pool.query('delete from request where request_id = $1', [requestId]);
});

test('domains come with their counts and the last request of each', async () => {
  const domains = await listDomains(world.storage, { sinceMs: Date.UTC(2026, 9, 1) });
  const even = FACTS.filter((it) => it.domain === 'even.example');
  expect(domains.find((it) => it.domain === 'even.example')).toEqual({
    domain: 'even.example',
    requestCount: even.length,
    errorCount: even.filter((it) => !/completed|aborted/.test(it.outcome)).length,
    lastSeenAtMs: Math.max(...even.map((it) => it.startedAtMs)),
  });
  expect(await listDomains(world.storage, { sinceMs: NOON_MS + 7_200_000 })).toEqual([]);
});

test('storage tells how much there is and since when', async () => {
  const stats = await loadStorageStats(world.storage);
  expect(stats.requestCount).toBeGreaterThanOrEqual(RECORDS.length);
  expect(stats.rawBytes).toBeGreaterThanOrEqual(RECORDS.length * 800);
  expect(stats.storedBytes).toBe(stats.factsBytes + stats.payloadBytes + stats.rollupBytes);
  expect(stats.payloadBytes).toBeGreaterThan(0);
  expect(stats.oldestAtMs).toBe(Date.UTC(2026, 9, 10, 8, 0, 0));
});

test('a key lives until it is revoked or expires, and its first revocation stands', async () => {
  const hash = 'ab'.repeat(32);
  const whose = { owner: 'ada', project: 'engine', scopes: ['proxy', 'read'] } as const;
  const key = { keyId: toId(NOON_MS, 1), name: 'laptop', domain: null, hint: 'nx_live_abcd', labels: ['ci'], ...whose };
  await createKey(
    world.storage,
    { ...key, hash, createdAtMs: NOON_MS, expiresAtMs: NOON_MS + 1_000, limits: null },
    buildAudit({ verb: 'create', noun: 'key', nounId: key.keyId }),
  );
  expect(await loadKeyHashes(world.storage, NOON_MS)).toEqual([
    { keyId: key.keyId, hash, domain: null, ...whose, expiresAtMs: NOON_MS + 1_000 },
  ]);
  expect(await loadKeyHashes(world.storage, NOON_MS + 1_000)).toEqual([]);
  const revoke = (keyId: string, revokedAtMs: number) =>
    revokeKey(world.storage, { keyId, revokedAtMs, audit: buildAudit({ verb: 'revoke', noun: 'key', nounId: keyId }) });
  const revoked = await revoke(key.keyId, NOON_MS + 5);
  expect(revoked?.revokedAtMs).toBe(NOON_MS + 5);
  await revoke(key.keyId, NOON_MS + 9);
  expect(await loadKeyHashes(world.storage, NOON_MS)).toEqual([]);
  expect(await listKeys(world.storage)).toEqual([
    {
      ...key,
      createdAtMs: NOON_MS,
      expiresAtMs: NOON_MS + 1_000,
      revokedAtMs: NOON_MS + 5,
      lastUsedAtMs: null,
      rotatedAtMs: null,
      previousUntilMs: null,
    },
  ]);
  expect(await revoke(crypto.randomUUID(), NOON_MS)).toBeNull();
  const { entries } = await listAudit(world.storage, { noun: 'key', limit: 10 });
  expect(entries.map(({ verb }) => verb).toSorted()).toEqual(['create', 'revoke']);
  expect(entries.find(({ verb }) => verb === 'revoke')?.detail).toEqual({ name: 'laptop' });
});

test('a slow query is logged with its text and without its values', async () => {
  const lines: Record<string, unknown>[] = [];
  const storage = openStorage({
    connection: world.connection,
    poolMax: 1,
    prepared: true,
    slowQueryMs: 0,
    log: { info: () => {}, error: () => {}, warn: (fields) => lines.push(fields) },
  });
  await listRequests(storage, { domain: 'secret.example', limit: 1 });
  await storage.close();
  expect(lines).toHaveLength(1);
  expect(JSON.stringify(lines)).toContain('from \\"request\\"');
  expect(JSON.stringify(lines)).not.toContain('secret.example');
});

test('a read that runs for too long is ended by the database', async () => {
  const { rows } = await world.storage.pool.query('show statement_timeout');
  expect(rows).toEqual([{ statement_timeout: '30s' }]);
});
