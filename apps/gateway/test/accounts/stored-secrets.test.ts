import { afterAll, beforeAll, expect, test } from 'bun:test';
import { Secret } from '@nexus/config';
import { createClient } from '@nexus/contract';
import { findSecret, openStorage, type Storage } from '@nexus/storage';
import { createSilentLogger } from '@nexus/telemetry';
import { createTestDatabase, type TestDatabase } from '@nexus/testkit';
import { createStoredSecrets, type StoredSecrets } from '../../src/accounts/credentials/stored-secrets.ts';
import { startTestGateway } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';

let database: TestDatabase;
let storage: Storage;
const SET_UP_MS_MAX = 120_000;

beforeAll(async () => {
  database = await createTestDatabase();
  const { connection } = database;
  storage = openStorage({ connection, poolMax: 2, prepared: true, slowQueryMs: 60_000, log: createSilentLogger() });
}, SET_UP_MS_MAX);

afterAll(async () => {
  await storage.close();
  await database.drop();
});

/** A gateway with this SECRET_KEY. */
function open(secretKey: string, from: Storage | null = storage): StoredSecrets {
  const loadKeyMaterial = async (): Promise<Uint8Array> => new TextEncoder().encode(secretKey);
  return createStoredSecrets({ storage: () => from, loadKeyMaterial, clock: Date.now });
}

test('what is stored is found by every gateway with the same SECRET_KEY, and is not readable in the database', async () => {
  await open('one').save('team/a', new Secret('planted-ünïcode'));
  expect((await open('one').find('team/a')).reveal()).toBe('planted-ünïcode');
  const sealed = await findSecret(storage, 'team/a');
  expect(sealed?.toString('latin1')).not.toContain('planted');
  await open('one').save('team/a', new Secret('another'));
  expect((await open('one').find('team/a')).reveal()).toBe('another');
});

test('another key, another name, a changed byte, nothing of that name and no database: none gives a secret', async () => {
  await open('one').save('team/b', new Secret('planted-b'));
  await storage.pool.query(
    `insert into secret select 'team/copied', sealed, changed_at from secret where name = 'team/b'`,
  );
  await open('one').save('team/bent', new Secret('planted-bent'));
  await storage.pool.query(
    `update secret set sealed = set_byte(sealed, 14, get_byte(sealed, 14) # 1) where name = 'team/bent'`,
  );
  const refusals = await Promise.all(
    [
      open('two').find('team/b'),
      open('one').find('team/copied'),
      open('one').find('team/bent'),
      open('one').find('team/none'),
      open('one', null).find('team/b'),
    ].map((found) => found.then((secret) => secret.reveal(), String)),
  );
  expect(refusals).toEqual([
    'MintError: the secret stored as team/b was sealed with another SECRET_KEY',
    'MintError: the secret stored as team/copied was sealed with another SECRET_KEY',
    'MintError: the secret stored as team/bent was sealed with another SECRET_KEY',
    'MintError: no secret is stored as team/none',
    'MintError: the database that holds the secret is away',
  ]);
});

test('an account whose key is sealed serves, and its file holds no key', async () => {
  await using gateway = await startTestGateway({
    env: { STORAGE_ENABLED: 'true', DATABASE_URL: database.url, SECRET_KEY: 'shared', DASHBOARD_API_KEY: 'a-key' },
  });
  const client = createClient({ baseUrl: gateway.url, fetch, headers: { 'x-dashboard-key': 'a-key' } });
  await waitFor('the database', () => gateway.gateway.ready);
  const account = { domain: 'team.example.com', accountId: 'sealed' };
  await client.perform('account.add', {
    ...account,
    credential: { type: 'api_key', api_key: 'sk-ant-api03-planted' },
    keptIn: 'database',
  });
  const file = await Bun.file(`${gateway.credentialsDir}/team.example.com.credentials.json`).text();
  expect(JSON.parse(file)).toMatchObject({
    api_key: { stored: expect.stringMatching(/^team\.example\.com\/sealed\/api_key\/[0-9a-f-]{36}$/) },
  });
  expect(await client.perform('account.test', { accountId: 'sealed' })).toMatchObject({ ok: true, status: 200 });
  expect(gateway.fake.requests.at(-1)?.header('x-api-key')).toBe('sk-ant-api03-planted');
  const again = {
    ...account,
    credential: { type: 'api_key', api_key: 'sk-ant-api03-invalid' },
    keptIn: 'database',
  } as const;
  expect(await client.perform('account.add', again).catch((error: unknown) => error)).toMatchObject({
    code: 'account-exists',
  });
  await client.perform('account.rotate', { accountId: 'sealed' });
  expect(await client.perform('account.test', { accountId: 'sealed' })).toMatchObject({ ok: true });
  expect(gateway.logText()).not.toContain('planted');
}, 60_000);

/** What is sealed for the account `gone`. */
async function listNames(): Promise<string[]> {
  const { rows } = await storage.pool.query<{ name: string }>(
    `select name from secret where name like 'team.example.com/gone/%' order by name`,
  );
  return rows.map(({ name }) => name.replace(/[0-9a-f-]{36}$/, '…'));
}

test('what is sealed for an account is forgotten with it, and replaced with its credential', async () => {
  await using gateway = await startTestGateway({
    env: { STORAGE_ENABLED: 'true', DATABASE_URL: database.url, SECRET_KEY: 'shared', DASHBOARD_API_KEY: 'a-key' },
  });
  const client = createClient({ baseUrl: gateway.url, fetch, headers: { 'x-dashboard-key': 'a-key' } });
  await waitFor('the database', () => gateway.gateway.ready);
  const accountId = 'gone';
  const signed = {
    type: 'jwt_self_signed',
    key: 'planted-signing-key',
    variables: { team: 'planted-team' },
    claims: { iss: '${team}' },
  } as const;
  await client.perform('account.add', {
    domain: 'team.example.com',
    accountId,
    credential: signed,
    keptIn: 'database',
  });
  expect(await listNames()).toEqual(['team.example.com/gone/key/…', 'team.example.com/gone/team/…']);
  expect(await client.perform('account.test', { accountId })).toMatchObject({ ok: true });
  const file = `${gateway.credentialsDir}/team.example.com.credentials.json`;
  expect(await Bun.file(file).text()).not.toContain('planted');
  await client.perform('account.rotate', { accountId });
  await client.perform('account.pause', { accountId });
  await client.perform('account.resume', { accountId });
  const credential = { type: 'api_key', api_key: 'sk-ant-api03-planted-next' } as const;
  await client.perform('account.replace', { accountId, credential, keptIn: 'database' });
  expect(await listNames()).toEqual(['team.example.com/gone/api_key/…']);
  expect(await client.perform('account.test', { accountId })).toMatchObject({ ok: true });
  expect(gateway.fake.requests.at(-1)?.header('x-api-key')).toBe('sk-ant-api03-planted-next');
  await client.perform('account.remove', { accountId });
  expect(await listNames()).toEqual([]);
  const { entries } = await client.perform('audit.list', { noun: 'account', nounId: accountId });
  expect(entries.map(({ verb, detail }) => ({ verb, detail }))).toEqual([
    { verb: 'remove', detail: { domains: 'team.example.com' } },
    { verb: 'replace', detail: { kind: 'api_key', keptIn: 'database' } },
    { verb: 'resume', detail: {} },
    { verb: 'pause', detail: {} },
    { verb: 'rotate', detail: {} },
    { verb: 'add', detail: { kind: 'jwt_self_signed', keptIn: 'database' } },
  ]);
  expect(JSON.stringify(entries) + gateway.logText()).not.toContain('planted');
}, 60_000);
