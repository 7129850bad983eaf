import { afterAll, beforeAll, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { createClient } from '@nexus/contract';
import { type TestDatabase, createTestDatabase } from '@nexus/testkit';
import { type TestGateway, startTestGateway } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';

const DASHBOARD_KEY = 'dashboard-key-of-the-test';

let database: TestDatabase;
let gw: TestGateway;

beforeAll(async () => {
  database = await createTestDatabase();
  gw = await startTestGateway({
    env: { STORAGE_ENABLED: 'true', DATABASE_URL: database.url, DASHBOARD_API_KEY: DASHBOARD_KEY },
  });
  await gw.gateway.ready;
}, 60_000);

afterAll(async () => {
  await gw[Symbol.asyncDispose]();
  await database.drop();
}, 30_000);

function openClient() {
  return createClient({ baseUrl: gw.url, fetch, headers: { 'x-dashboard-key': DASHBOARD_KEY } });
}

test('what passed is listed, with the bodies that passed', async () => {
  const answer = await gw.send('fake-thinking', { stream: true, headers: { 'x-claude-code-session-id': 's-77' } });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const requestId = answer.headers.get('x-nexus-request-id') ?? '';
  const client = openClient();
  const listed = await waitFor('the record', async () => {
    const page = await client.perform('request.list', {});
    return page.requests.find((request) => request.requestId === requestId);
  });
  expect(listed).toMatchObject({
    outcome: 'completed',
    status: 200,
    model: 'fake-thinking',
    sessionId: 's-77',
    accountId: 'default',
    payload: 'stored',
    stream: true,
  });
  const detail = await client.perform('request.get', { requestId });
  expect(detail.responseBody?.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  expect(detail.requestBody?.sha256).toBe(gw.fake.requests.at(-1)?.bodySha256() ?? '');
  expect(detail.phases.map((phase) => phase.name)).toEqual([
    'receive',
    'identify-domain',
    'authenticate',
    'limit',
    'pick-account',
    'forward',
    'observe',
    'answer',
    'record',
  ]);
}, 30_000);

test('who asked and what for is told by headers of ours, which do not reach Claude, and narrows lists', async () => {
  const client = openClient();
  const ids: string[] = [];
  for (const user of ['jane', 'joe']) {
    const headers = { 'X-Nexus-User': user, 'X-Nexus-Project': `shop of ${user}` };
    const answer = await gw.send('fake-text', { headers });
    await answer.arrayBuffer();
    ids.push(answer.headers.get('x-nexus-request-id') ?? '');
    expect(gw.fake.requests.at(-1)?.header('x-nexus-user') ?? null).toBeNull();
    expect(gw.fake.requests.at(-1)?.header('x-nexus-project') ?? null).toBeNull();
  }
  const listed = await waitFor('the record', async () => {
    const { requests } = await client.perform('request.list', { user: 'joe', project: 'shop of joe' });
    return requests.length === 0 ? null : requests;
  });
  expect(listed).toMatchObject([{ requestId: ids[1], userId: 'joe', project: 'shop of joe' }]);
  expect((await client.perform('request.list', { user: 'joe', project: 'shop of jane' })).requests).toEqual([]);
}, 30_000);

test('each end of an exchange has its record: refused, failed, cut, aborted', async () => {
  const leaving = new AbortController();
  const answers = [
    await fetch(`${gw.url}/v1/messages`, { method: 'POST', body: '{' }),
    await gw.send('fake-close'),
    await gw.send('fake-truncate-200', { stream: true }),
    await gw.send('fake-stream-1000-10', { stream: true, signal: leaving.signal }),
  ];
  leaving.abort();
  await Promise.allSettled(answers.map((answer) => answer.arrayBuffer()));
  const ids = answers.map((answer) => answer.headers.get('x-nexus-request-id'));
  const outcomes = await waitFor('the records', async () => {
    const { requests } = await openClient().perform('request.list', {});
    const found = ids.map((id) => requests.find((request) => request.requestId === id)?.outcome);
    return found.includes(undefined) ? null : found;
  });
  expect(outcomes).toEqual(['refused', 'failed', 'cut', 'aborted']);
}, 30_000);

test('a key made over the API opens the door at once, and is shut out as soon as it is rotated away or revoked', async () => {
  const client = openClient();
  const made = await client.perform('key.create', { name: 'ada', domain: 'default' });
  const ask = async (key: string): Promise<number> => {
    const answer = await gw.send('fake-text', { headers: { 'x-api-key': key } });
    return answer.status;
  };
  expect(await ask(made.key)).toBe(200);
  expect(gw.fake.requests.at(-1)?.header('x-api-key')).not.toBe(made.key);
  const answer = await gw.send('fake-text', { headers: { authorization: `Bearer ${made.key}` } });
  expect((await gw.exchange(answer.headers.get('x-nexus-request-id'))).keyId).toBe(made.keyId);
  const { key } = await client.perform('key.rotate', { keyId: made.keyId, graceSeconds: 0 });
  expect([await ask(made.key), await ask(key)]).toEqual([401, 200]);
  await client.perform('key.revoke', { keyId: made.keyId });
  expect(await ask(key)).toBe(401);
}, 30_000);

test('a limit that is set over the API holds for the next request', async () => {
  const client = openClient();
  const limits = { requestsPerMinute: 1 };
  const { key, keyId } = await client.perform('key.create', { name: 'bob', limits });
  const ask = async (): Promise<number> => (await gw.send('fake-text', { headers: { 'x-api-key': key } })).status;
  expect([await ask(), await ask()]).toEqual([200, 429]);
  await client.perform('limit.set', { subjectKind: 'key', subject: keyId, limits: {} });
  expect(await ask()).toBe(200);
}, 30_000);

test('with a database that is not there, exchanges pass and readiness tells', async () => {
  await using alone = await startTestGateway({
    env: { STORAGE_ENABLED: 'true', DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' },
  });
  expect((await alone.send('fake-text')).status).toBe(200);
  const readiness = await fetch(`${alone.url}/readyz`);
  expect(readiness.status).toBe(503);
  expect(await readiness.json()).toMatchObject({ ready: false, database: 'starting' });
}, 30_000);

test('why Claude could not be reached stands in the record', async () => {
  await using alone = await startTestGateway({
    env: {
      STORAGE_ENABLED: 'true',
      DATABASE_URL: database.url,
      DASHBOARD_API_KEY: DASHBOARD_KEY,
      CLAUDE_API_BASE_URL: 'http://127.0.0.1:1',
    },
  });
  await alone.gateway.ready;
  const refused = await alone.send('fake-text');
  const requestId = refused.headers.get('x-nexus-request-id') ?? '';
  const detail = await waitFor('the record', () =>
    openClient()
      .perform('request.get', { requestId })
      .catch(() => undefined),
  );
  expect(detail.request).toMatchObject({ outcome: 'failed', errorCode: 'upstream-unreachable' });
  expect(detail.errorDetail).toEqual({
    message: 'Claude could not be reached: the connection was refused.',
    because: 'ECONNREFUSED',
  });
});

test('what is done with a key counts for its owner and its project, unless the caller says otherwise', async () => {
  const client = openClient();
  const { key } = await client.perform('key.create', { name: 'for Ada', owner: 'ada@example.com', project: 'harbour' });
  const ask = async (headers: Readonly<Record<string, string>>) => {
    const answer = await waitFor('the key to be known', async () => {
      const tried = await gw.send('fake-text', { headers: { 'x-api-key': key, ...headers } });
      await tried.arrayBuffer();
      return tried.status === 200 ? tried : undefined;
    });
    return answer.headers.get('x-nexus-request-id') ?? '';
  };
  const find = (requestId: string) =>
    waitFor('the record', async () => {
      const { requests } = await client.perform('request.list', {});
      const found = requests.find((request) => request.requestId === requestId);
      return found === undefined ? undefined : { user: found.userId, project: found.project };
    });
  expect(await find(await ask({}))).toEqual({ user: 'ada@example.com', project: 'harbour' });
  const named = await ask({ 'x-nexus-user': 'jane', 'x-nexus-project': 'tides' });
  expect(await find(named)).toEqual({ user: 'jane', project: 'tides' });
  const report = await client.perform('usage.report', { by: 'userId' });
  expect(JSON.stringify(report)).toContain('ada@example.com');
  const ofHers = await client.perform('request.list', { user: 'ada@example.com', project: 'harbour' });
  expect(ofHers.requests).toHaveLength(1);
}, 30_000);
