import { afterEach, beforeEach, expect, test } from 'bun:test';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Client, type OperationArguments, createClient } from '@nexus/contract';
import { startTestGateway, type TestGateway } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';

const CLIENT_KEY = 'client-key-of-the-team';
const FILE = 'team.example.com.credentials.json';
const POOL = {
  client_api_key: CLIENT_KEY,
  accounts: [
    { id: 'a', name: 'Team A', type: 'api_key', api_key: 'sk-ant-api03-planted-a', weight: 3, models: ['fake-*'] },
    { id: 'b', type: 'api_key', api_key: 'sk-ant-api03-planted-b' },
  ],
};

let open: TestGateway;
let client: Client;

beforeEach(async () => {
  open = await startTestGateway({
    env: { DASHBOARD_API_KEY: 'a-dashboard-key-for-tests' },
    async prepare(folder) {
      await Bun.write(join(folder, FILE), JSON.stringify(POOL));
    },
  });
  client = createClient({ baseUrl: open.url, fetch, headers: { 'x-dashboard-key': 'a-dashboard-key-for-tests' } });
});

afterEach(() => open[Symbol.asyncDispose]());

function file(name = FILE) {
  return Bun.file(join(open.credentialsDir, name));
}

/** What the fake Claude hears as the key of a request of the team, and what the caller hears. */
async function serve(): Promise<{
  readonly status: number;
  readonly key: string | null | undefined;
  readonly error: string | null;
}> {
  const heard = open.fake.requests.length;
  const answer = await open.send('fake-text', { headers: { host: 'team.example.com', 'x-api-key': CLIENT_KEY } });
  await answer.arrayBuffer();
  const [request] = open.fake.requests.slice(heard);
  return { status: answer.status, key: request?.header('x-api-key'), error: answer.headers.get('x-nexus-error') };
}

test('a replaced credential counts for the next request, and the rest of the account stays', async () => {
  await client.perform('account.remove', { accountId: 'b' });
  const replaced = await client.perform('account.replace', {
    accountId: 'a',
    credential: { type: 'api_key', api_key: 'sk-ant-api03-planted-new' },
  });
  expect(replaced).toEqual({ accountId: 'a', domains: ['team.example.com'] });
  expect(await file().json()).toEqual({
    client_api_key: CLIENT_KEY,
    accounts: [
      { id: 'a', name: 'Team A', weight: 3, models: ['fake-*'], type: 'api_key', api_key: 'sk-ant-api03-planted-new' },
    ],
  });
  expect(await serve()).toMatchObject({ status: 200, key: 'sk-ant-api03-planted-new' });
});

test('an account may get a credential of another kind', async () => {
  await client.perform('account.replace', {
    accountId: 'b',
    credential: { type: 'session', token: { env: 'A_TOKEN' }, betas: ['some-beta'] },
  });
  expect(await file().json()).toMatchObject({
    accounts: [{ id: 'a' }, { id: 'b', type: 'session', token: { env: 'A_TOKEN' }, betas: ['some-beta'] }],
  });
  const { accounts } = await client.perform('account.list', {});
  expect(accounts.find(({ accountId }) => accountId === 'b')).toMatchObject({ kind: 'session', origin: 'file' });
});

test('a removed account gets no request; its domain is still known, and never served by the key of somebody else', async () => {
  expect(await client.perform('account.remove', { accountId: 'a' })).toEqual({
    accountId: 'a',
    domains: ['team.example.com'],
  });
  expect(await serve()).toMatchObject({ status: 200, key: 'sk-ant-api03-planted-b' });
  await client.perform('account.remove', { accountId: 'b', domain: 'team.example.com' });
  expect(await file().json()).toEqual({ client_api_key: CLIENT_KEY, accounts: [] });
  expect(await serve()).toEqual({ status: 401, key: undefined, error: 'credential-missing' });
  expect(open.gateway.credentials().map(({ line }) => line)).toEqual([
    'team.example.com: no account; its callers need a credential of their own',
  ]);
  const { accounts } = await client.perform('account.list', {});
  expect(accounts.map(({ accountId, origin }) => ({ accountId, origin }))).toEqual([
    { accountId: 'default', origin: 'environment' },
  ]);
});

test('what an account answers when it is removed, or gets another key, is answered to its end', async () => {
  const begin = async () => {
    const headers = { host: 'team.example.com', 'x-api-key': CLIENT_KEY };
    const answer = await open.send('fake-stream-20-50', { stream: true, headers });
    expect(answer.status).toBe(200);
    return answer.text();
  };
  const streams = Array.from({ length: 8 }, begin);
  await waitFor('all to begin', () => open.fake.requests.length === 8);
  const heard = new Set(open.fake.requests.map((request) => request.header('x-api-key')));
  await client.perform('account.remove', { accountId: 'b' });
  await client.perform('account.replace', {
    accountId: 'a',
    credential: { type: 'api_key', api_key: 'sk-ant-api03-new' },
  });
  expect(heard.size).toBeGreaterThan(0);
  for (const text of await Promise.all(streams)) expect(text).toContain('event: message_stop');
});

test('a file that holds nothing any more goes with its last account', async () => {
  const credential = { type: 'api_key', api_key: 'sk-ant-api03-planted-c' } as const;
  await client.perform('account.add', { domain: '*.wide.example.com', accountId: 'c', credential, weight: 2 });
  const wide = '_wildcard.wide.example.com.credentials.json';
  expect(await file(wide).json()).toEqual({ accountId: 'c', weight: 2, ...credential });
  expect((await stat(join(open.credentialsDir, wide))).mode & 0o777).toBe(0o600);
  expect(await client.perform('account.remove', { accountId: 'c' })).toMatchObject({ domains: ['*.wide.example.com'] });
  expect(await file(wide).exists()).toBe(false);
});

test('an account that stands in no file can be neither removed nor given another credential', async () => {
  const refusals = await Promise.all(
    ['nobody', 'default'].flatMap((accountId) => [
      client.perform('account.remove', { accountId }).catch((error: unknown) => error),
      client
        .perform('account.replace', { accountId, credential: { type: 'api_key', api_key: 'k' } })
        .catch((error: unknown) => error),
    ]),
  );
  for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'account-unknown' });
  expect(await file().json()).toEqual(POOL);
});

test('a credential is tried before it is kept, and nothing of it stays', async () => {
  const api_key = 'sk-ant-api03-planted-tried';
  expect(await client.perform('account.try', { credential: { type: 'api_key', api_key } })).toMatchObject({
    ok: true,
    status: 200,
    message: 'Its upstream took the credential.',
  });
  expect(open.fake.requests.at(-1)?.header('x-api-key')).toBe(api_key);
  const wrong = { type: 'api_key', api_key: 'sk-ant-api03-planted-invalid' } as const;
  expect(await client.perform('account.try', { credential: wrong })).toMatchObject({ ok: false, status: 401 });
  const away = { type: 'api_key', api_key: { file: 'nowhere' } } as const;
  const missing = await client.perform('account.try', { credential: away });
  expect(missing).toMatchObject({ ok: false, status: null, message: expect.stringContaining('the file nowhere') });
  expect(await client.perform('account.list', {})).toMatchObject({ accounts: { length: 3 } });
});

test('an upstream at a private address is not tried, by address or by name', async () => {
  const credential = { type: 'api_key', api_key: 'k' } as const;
  const tried = await Promise.all(
    ['http://169.254.169.254', 'http://localhost:1'].map((baseUrl) =>
      client.perform('account.try', { credential, upstream: { baseUrl } }),
    ),
  );
  for (const told of tried)
    expect(told).toMatchObject({ ok: false, message: expect.stringContaining('NEXUS_PRIVATE_UPSTREAMS') });
});

const PROGRAMS: readonly (readonly [string, OperationArguments<'account.add'>['credential']])[] = [
  ['a command', { type: 'command', command: ['/bin/true'] }],
  [
    'an assertion of a command',
    { type: 'jwt_bearer_exchange', tokenUrl: 'https://login.example.com', assertion: { command: ['/bin/true'] } },
  ],
];

test.each(PROGRAMS)(
  '%s cannot be added, tried or put in the place of another over the API',
  async (_what, credential) => {
    const refusals = await Promise.all([
      client.perform('account.add', { domain: 'x.example.com', accountId: 'x', credential }).catch((e: unknown) => e),
      client.perform('account.try', { credential }).catch((e: unknown) => e),
      client.perform('account.replace', { accountId: 'a', credential }).catch((e: unknown) => e),
    ]);
    for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'field-invalid', status: 400 });
    expect(await file('x.example.com.credentials.json').exists()).toBe(false);
  },
);

test('a field that its kind has not is named, and its value never repeated', async () => {
  const answer = await fetch(`${open.url}/api/accounts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-dashboard-key': 'a-dashboard-key-for-tests' },
    body: JSON.stringify({
      domain: 'x.example.com',
      accountId: 'x',
      credential: { type: 'session', token: 'planted with spaces', clientSecret: 'planted-too' },
    }),
  });
  const text = await answer.text();
  expect(answer.status).toBe(400);
  expect(text).toContain('credential');
  expect(text + open.logText()).not.toContain('planted');
});
