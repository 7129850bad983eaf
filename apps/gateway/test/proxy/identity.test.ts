import { afterAll, expect, test } from 'bun:test';
import { join } from 'node:path';
import { CLAUDE_KEY, type TestGateway, startTestGateway } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';

const FILE_KEY = 'sk-ant-api03-of-the-file';
const LOGIN = 'sk-ant-oat01-of-the-file';
const CLIENT_KEY = 'cnp_live_of-the-team';

async function prepare(dir: string): Promise<void> {
  const oauth = { accessToken: LOGIN, refreshToken: 'sk-ant-ort01-x', expiresAt: 4_000_000_000_000 };
  const files = {
    'team.example.com': { type: 'api_key', accountId: 'acc_team', api_key: FILE_KEY, client_api_key: CLIENT_KEY },
    'login.example.com': { type: 'oauth', accountId: 'acc_login', oauth, client_api_key: CLIENT_KEY },
    '_wildcard.wild.example.com': { type: 'api_key', api_key: FILE_KEY, client_api_key: CLIENT_KEY },
  };
  for (const [name, file] of Object.entries(files)) {
    await Bun.write(join(dir, `${name}.credentials.json`), JSON.stringify(file));
  }
}

const local = await startTestGateway({ prepare });
const open = await startTestGateway({ prepare, env: { ENABLE_CLIENT_AUTH: 'false' } });
const locked = await startTestGateway({ prepare, env: { ENABLE_CLIENT_AUTH: 'true' } });
const bare = await startTestGateway({ prepare, env: { ANTHROPIC_API_KEY: '' } });
afterAll(async () => {
  for (const gw of [local, open, locked, bare]) await gw[Symbol.asyncDispose]();
});

/** What Claude was shown: `api <key>`, `bearer <token>`, or the code of our refusal. */
async function askAs(gw: TestGateway, headers: Record<string, string>): Promise<string> {
  const answer = await gw.send('fake-text', { headers });
  const refusal = answer.headers.get('x-nexus-error');
  if (refusal !== null) return refusal;
  const received = gw.fake.requests.at(-1);
  const [key, token] = [received?.header('x-api-key'), received?.header('authorization')];
  return [key && `api ${key}`, token && `bearer ${token.replace('Bearer ', '')}`].filter(Boolean).join(' and ');
}

const TEAM = { host: 'Team.Example.com:8443' };
const OWN_KEY = 'sk-ant-api03-of-the-caller';
const OWN_LOGIN = 'sk-ant-oat01-of-the-caller';

test.each([
  ['no key: the default key serves the default domain', {}, `api ${CLAUDE_KEY}`],
  ['a key of the caller gives way to the stored one', { 'x-api-key': OWN_KEY }, `api ${CLAUDE_KEY}`],
  ['a login of the caller gives way too', { authorization: `Bearer ${OWN_LOGIN}` }, `api ${CLAUDE_KEY}`],
  ['a local caller is not authenticated for another domain', TEAM, 'key-missing'],
  ['and goes there with what it brings', { ...TEAM, 'x-api-key': OWN_KEY }, `api ${OWN_KEY}`],
  ['or with its login', { ...TEAM, authorization: `Bearer ${OWN_LOGIN}` }, `bearer ${OWN_LOGIN}`],
  ['the client key opens its domain as x-api-key', { ...TEAM, 'x-api-key': CLIENT_KEY }, `api ${FILE_KEY}`],
  ['the client key opens its domain as Bearer', { ...TEAM, authorization: `Bearer ${CLIENT_KEY}` }, `api ${FILE_KEY}`],
  ['the scheme is any case', { ...TEAM, authorization: `bearer  ${CLIENT_KEY}` }, `api ${FILE_KEY}`],
])('on loopback, %s', async (_what, headers, shown) => {
  expect(await askAs(local, headers)).toBe(shown);
});

test('on loopback, a caller without a key is told that one is stored for the domain, and what opens it', async () => {
  const answer = await local.send('fake-text', { headers: TEAM });
  expect([answer.status, await answer.json()]).toMatchObject([
    401,
    {
      error: {
        message:
          'A Claude credential is stored for team.example.com, and it serves only callers with a key. ' +
          'Put a Claude Nexus key, or the `client_api_key` of the domain, into `x-api-key` or `Authorization: Bearer`.',
      },
    },
  ]);
});

test.each([
  ['no key is needed anywhere', TEAM, `api ${FILE_KEY}`],
  ['an unknown host has the default key', { host: 'other.example' }, `api ${CLAUDE_KEY}`],
])('switched off by name, %s', async (_what, headers, shown) => {
  expect(await askAs(open, headers)).toBe(shown);
});

test.each([
  ['no key', TEAM, 'key-missing'],
  ['a wrong key', { ...TEAM, 'x-api-key': `${CLIENT_KEY}x` }, 'key-unknown'],
  ['the right key', { ...TEAM, 'x-api-key': CLIENT_KEY }, `api ${FILE_KEY}`],
  ['the right key of another domain', { host: 'other.example', 'x-api-key': CLIENT_KEY }, 'key-unknown'],
  ['a wildcard domain', { host: 'a.wild.example.com', 'x-api-key': CLIENT_KEY }, `api ${FILE_KEY}`],
  ['a login file', { host: 'login.example.com', 'x-api-key': CLIENT_KEY }, `bearer ${LOGIN}`],
  ['the explicit header', { 'x-nexus-domain': 'login.example.com', 'x-api-key': CLIENT_KEY }, `bearer ${LOGIN}`],
  [
    'our key beside the login of the caller: the stored credential serves',
    { ...TEAM, 'x-api-key': CLIENT_KEY, authorization: `Bearer ${OWN_LOGIN}` },
    `api ${FILE_KEY}`,
  ],
])('where keys are required: %s', async (_what, headers, shown) => {
  expect(await askAs(locked, headers)).toBe(shown);
});

test.each([
  ['a key', { 'x-api-key': OWN_KEY }, `api ${OWN_KEY}`],
  ['a login', { authorization: `Bearer ${OWN_LOGIN}` }, `bearer ${OWN_LOGIN}`],
  ['nothing', {}, 'credential-missing'],
])('without a stored credential the caller’s own passes through: %s', async (_what, headers, shown) => {
  expect(await askAs(bare, headers)).toBe(shown);
});

test('a login file merges its beta into the caller’s list', async () => {
  await locked.send('fake-text', {
    headers: { host: 'login.example.com', 'x-api-key': CLIENT_KEY, 'anthropic-beta': 'context-1m-2025-08-07' },
  });
  expect(locked.fake.requests.at(-1)?.header('anthropic-beta')?.split(/,\s*/)).toEqual([
    'context-1m-2025-08-07',
    'oauth-2025-04-20',
  ]);
});

test('the record names the domain and the account, never the key', async () => {
  const answer = await locked.send('fake-text', { headers: { ...TEAM, 'x-api-key': CLIENT_KEY } });
  expect(await locked.exchange(answer.headers.get('x-nexus-request-id'))).toMatchObject({
    domain: 'team.example.com',
    accountId: 'acc_team',
    keyId: 'file:team.example.com',
  });
});

test('a changed credential file serves the next exchange', async () => {
  const file = { type: 'api_key', api_key: 'sk-ant-api03-rotated', client_api_key: CLIENT_KEY };
  await Bun.write(join(open.credentialsDir, 'team.example.com.credentials.json'), JSON.stringify(file));
  await waitFor('the reload', async () => (await askAs(open, TEAM)) === 'api sk-ant-api03-rotated');
});

test.each(['../team.example.com', '..%2fteam.example.com', 'team.example.com/', 'team.example.com\\'])(
  'no host name leads to a file by another way: %s',
  async (host) => {
    const shown = await askAs(locked, { 'x-nexus-domain': host, 'x-api-key': CLIENT_KEY });
    expect(['host-missing', 'key-unknown']).toContain(shown);
  },
);
