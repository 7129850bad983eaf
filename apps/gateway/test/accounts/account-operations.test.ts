import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Client, createClient } from '@nexus/contract';
import { startTestGateway, type TestGateway } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';

const API_KEY = 'a-dashboard-key-for-tests';
const CLIENT_KEY = 'client-key-of-the-team';
const FILE = 'team.example.com.credentials.json';
const POOL = {
  client_api_key: CLIENT_KEY,
  accounts: [
    { id: 'a', name: 'Team A', type: 'api_key', api_key: 'sk-ant-api03-planted-a' },
    { id: 'b', name: 'Team B', type: 'api_key', api_key: 'sk-ant-api03-planted-invalid' },
  ],
};

let open: TestGateway;
let client: Client;

beforeEach(async () => {
  open = await startTestGateway({
    env: (fake) => ({
      DASHBOARD_API_KEY: API_KEY,
      NEXUS_OAUTH_AUTHORIZE_URL: 'https://login.example.com/authorize',
      NEXUS_OAUTH_TOKEN_URL: `${fake.url}/v1/oauth/token`,
    }),
    async prepare(folder) {
      await Bun.write(join(folder, FILE), JSON.stringify(POOL));
    },
  });
  client = createClient({ baseUrl: open.url, fetch, headers: { 'x-dashboard-key': API_KEY } });
});

afterEach(() => open[Symbol.asyncDispose]());

/** An API key, or where it stands, as a file has it. */
function toCredential(key: string | { readonly env: string } | { readonly file: string }) {
  return { type: 'api_key', api_key: key } as const;
}

async function find(accountId: string) {
  const { accounts } = await client.perform('account.list', {});
  return accounts.find((account) => account.accountId === accountId) ?? null;
}

async function readFile(name = FILE): Promise<unknown> {
  return Bun.file(join(open.credentialsDir, name)).json();
}

/** Which account serves a request of the team. */
async function serve(): Promise<string | null> {
  const answer = await open.send('hello', { headers: { host: 'team.example.com', 'x-api-key': CLIENT_KEY } });
  await answer.arrayBuffer();
  return (await open.exchange(answer.headers.get('x-nexus-request-id'))).accountId;
}

test('every account is listed with what it serves, and with no secret', async () => {
  const { accounts } = await client.perform('account.list', {});
  expect(accounts.map(({ accountId, name, domains, state }) => ({ accountId, name, domains, state }))).toEqual([
    { accountId: 'default', name: 'ANTHROPIC_API_KEY', domains: ['default'], state: 'healthy' },
    { accountId: 'a', name: 'Team A', domains: ['team.example.com'], state: 'healthy' },
    { accountId: 'b', name: 'Team B', domains: ['team.example.com'], state: 'healthy' },
  ]);
  expect(JSON.stringify(accounts)).not.toContain('planted');
  expect(accounts[0]).toMatchObject({ requestsToday: null, shareToday: null, inFlight: 0 });
});

test('a paused account gets no request until it is resumed', async () => {
  expect(await client.perform('account.pause', { accountId: 'a' })).toMatchObject({ state: 'paused' });
  await client.perform('account.pause', { accountId: 'b' });
  const refused = await open.send('hello', { headers: { host: 'team.example.com', 'x-api-key': CLIENT_KEY } });
  expect([refused.status, refused.headers.get('x-nexus-error')]).toEqual([503, 'accounts-unavailable']);
  expect(await client.perform('account.resume', { accountId: 'a' })).toMatchObject({ state: 'healthy' });
  expect([await serve(), await serve()]).toEqual(['a', 'a']);
});

test('a test says what the upstream answers', async () => {
  expect(await client.perform('account.test', { accountId: 'a' })).toMatchObject({ ok: true, status: 200 });
  expect(await client.perform('account.test', { accountId: 'b' })).toMatchObject({ ok: false, status: 401 });
  expect(await find('b')).toMatchObject({ state: 'auth-failed' });
});

test('an unknown account is told', async () => {
  const refusals = await Promise.all(
    (['account.test', 'account.pause', 'account.resume', 'account.rotate'] as const).map((name) =>
      client.perform(name, { accountId: 'nobody' }).catch((error: unknown) => error),
    ),
  );
  for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'account-unknown', status: 404 });
});

test('an account that is added serves at once: beside others, beside a single one, and in a file of its own', async () => {
  await client.perform('account.add', {
    domain: 'team.example.com',
    accountId: 'c',
    name: 'Team C',
    credential: toCredential('sk-ant-api03-c'),
  });
  expect(await readFile()).toMatchObject({
    client_api_key: CLIENT_KEY,
    accounts: [{ id: 'a' }, { id: 'b' }, { id: 'c' }],
  });
  await waitFor('the account', async () => (await find('c'))?.state === 'healthy');
  await client.perform('account.add', {
    domain: 'new.example.com',
    accountId: 'first',
    credential: toCredential({ env: 'SOME_KEY' }),
  });
  expect(await readFile('new.example.com.credentials.json')).toEqual({
    accountId: 'first',
    type: 'api_key',
    api_key: { env: 'SOME_KEY' },
  });
  await client.perform('account.add', {
    domain: 'new.example.com',
    accountId: 'second',
    credential: toCredential({ file: 'key' }),
  });
  expect(await readFile('new.example.com.credentials.json')).toEqual({
    accounts: [
      { id: 'first', type: 'api_key', api_key: { env: 'SOME_KEY' } },
      { id: 'second', type: 'api_key', api_key: { file: 'key' } },
    ],
  });
  expect(open.logText()).not.toContain('sk-ant-api03-c');
});

test.each([
  [
    'an id that is taken',
    { domain: 'team.example.com', accountId: 'a', credential: toCredential('k') },
    'account-exists',
  ],
  [
    'a key that cannot stand in a header',
    { domain: 'x.example.com', accountId: 'x', credential: toCredential('a\r\nb') },
    'field-invalid',
  ],
  [
    'a domain that is none',
    { domain: '../etc/passwd', accountId: 'x', credential: toCredential('k') },
    'field-invalid',
  ],
])('%s is refused, and no file changes', async (_what, input, code) => {
  expect(await client.perform('account.add', input).catch((error: unknown) => error)).toMatchObject({ code });
  expect(await readFile()).toEqual(POOL);
  expect(await Bun.file(join(open.credentialsDir, 'x.example.com.credentials.json')).exists()).toBe(false);
});

test('a file that cannot be read as JSON is left alone', async () => {
  await Bun.write(join(open.credentialsDir, FILE), '{ half');
  const input = { domain: 'team.example.com', accountId: 'c', credential: toCredential('k') };
  const refusal = await client.perform('account.add', input).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'credential-unwritable' });
  expect(await Bun.file(join(open.credentialsDir, FILE)).text()).toBe('{ half');
  await mkdir(join(open.credentialsDir, 'd.example.com.credentials.json'));
  const folder = await client
    .perform('account.add', { ...input, domain: 'd.example.com' })
    .catch((error: unknown) => error);
  expect(folder).toMatchObject({ code: 'credential-unwritable' });
});

/** A person who opens the link, and brings the code back that the page shows. */
async function visit(name: string) {
  const { url, state, verifier } = await client.perform('account.authorize', {});
  const asked = new URL(url);
  expect(`${asked.origin}${asked.pathname}`).toBe('https://login.example.com/authorize');
  expect(Object.fromEntries(asked.searchParams)).toMatchObject({
    response_type: 'code',
    code_challenge_method: 'S256',
    state,
  });
  expect(url).not.toContain(verifier);
  const code = open.fake.tokens.openCode(name, asked.searchParams.get('code_challenge') ?? '');
  return { code: `${code}#${state}`, state, verifier };
}

test('a login is made with a link and a code, serves at once, and can be made again when it is spent', async () => {
  const account = { domain: 'login.example.com', accountId: 'me' };
  expect(await client.perform('account.login', { ...account, ...(await visit('ada')) })).toEqual(account);
  expect(await readFile('login.example.com.credentials.json')).toMatchObject({
    accountId: 'me',
    type: 'oauth',
    oauth: {
      accessToken: 'sk-ant-oat01-fake-ada-0',
      refreshToken: 'sk-ant-ort01-fake-ada-0',
      clientId: '9d1c250a-e61b-44d9-88ed-5944d1962f5e',
    },
  });
  const login = await waitFor('the account', () => find('me'));
  expect(login).toMatchObject({ kind: 'oauth', state: 'healthy', token: { refreshable: true } });
  expect(await client.perform('account.test', { accountId: 'me' })).toMatchObject({ ok: true });
  expect(await client.perform('account.rotate', { accountId: 'me' })).toMatchObject({ ok: true });
  expect(await readFile('login.example.com.credentials.json')).toMatchObject({
    oauth: { refreshToken: 'sk-ant-ort01-fake-ada-1' },
  });
  await client.perform('account.login', { ...account, ...(await visit('grace')) });
  expect(await readFile('login.example.com.credentials.json')).toMatchObject({
    oauth: { refreshToken: 'sk-ant-ort01-fake-grace-0' },
  });
  expect(open.logText()).not.toContain('fake-ada');
});

test('a code that belongs to another login, or was used, changes nothing', async () => {
  const account = { domain: 'login.example.com', accountId: 'me' };
  const [mine, other] = [await visit('ada'), await visit('grace')];
  const tries = [
    { ...mine, state: other.state },
    { ...mine, verifier: other.verifier },
    { ...mine, code: 'made-up' },
  ];
  for (const answer of tries) {
    const refusal = await client.perform('account.login', { ...account, ...answer }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'login-refused', status: 400 });
  }
  expect(await Bun.file(join(open.credentialsDir, 'login.example.com.credentials.json')).exists()).toBe(false);
});
