import { afterEach, beforeEach, expect, test } from 'bun:test';
import { chmod, mkdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { TokenFetch } from '../../src/accounts/credentials/request-token.ts';
import { reasonOf } from '../../src/accounts/credentials/test/reason-of.ts';
import { createLoginWorld, type LoginWorld, openLogin } from './login-world.ts';

let world: LoginWorld;
const AT_EASE = new AbortController().signal;

beforeEach(async () => {
  world = await createLoginWorld();
});

afterEach(() => world[Symbol.asyncDispose]());

function open(fetch?: TokenFetch) {
  const tokenUrl = `${world.fake.url}/v1/oauth/token`;
  return openLogin(world.path, fetch === undefined ? { tokenUrl } : { tokenUrl, fetch });
}

/** A token endpoint that answers, and whose answer never arrives. */
const lostAnswer: TokenFetch = async (url, options) => {
  await fetch(url, options);
  throw Object.assign(new Error('gone'), { code: 'ECONNRESET' });
};

test('a refreshed login is in the file, with everything else as it was', async () => {
  await world.write('ada', { mode: 0o640 });
  const source = await open().source();
  expect(await source.get(AT_EASE)).toMatchObject({ token: 'sk-ant-oat01-fake-ada-1', betas: ['oauth-2025-04-20'] });
  expect(await world.read()).toMatchObject({
    type: 'oauth',
    accountId: 'ada',
    client_api_key: 'client-key',
    slack: { enabled: false },
    oauth: {
      accessToken: 'sk-ant-oat01-fake-ada-1',
      refreshToken: 'sk-ant-ort01-fake-ada-1',
      scopes: ['user:inference', 'user:profile'],
      isMax: true,
    },
  });
  expect((await world.read()).oauth.expiresAt).toBeGreaterThan(Date.now() + 3_500_000);
  expect(await world.mode()).toBe(0o640);
  expect(await world.leftovers()).toEqual([]);
});

test('the login of one account of a pool rotates without touching the others', async () => {
  const refreshToken = world.fake.tokens.open('ada');
  const accounts = [
    { id: 'key', type: 'api_key', api_key: 'key-1', weight: 2 },
    { id: 'ada', type: 'oauth', oauth: { accessToken: 'old', refreshToken, expiresAt: 1 } },
  ];
  await Bun.write(world.path, JSON.stringify({ strategy: 'weighted', accounts }));
  const source = await open().source('ada');
  expect(await source.get(AT_EASE)).toMatchObject({ token: 'sk-ant-oat01-fake-ada-1' });
  const kept: unknown = await Bun.file(world.path).json();
  expect(kept).toMatchObject({
    strategy: 'weighted',
    accounts: [accounts[0], { id: 'ada', oauth: { refreshToken: 'sk-ant-ort01-fake-ada-1' } }],
  });
});

test('what another process refreshed is taken from the file, and nothing is asked', async () => {
  await world.write('ada');
  const [first, second] = [await open().source(), await open().source()];
  const token = await first.get(AT_EASE);
  expect(await second.get(AT_EASE)).toEqual(token);
  expect(world.refreshes()).toBe(1);
});

test('after a 401 a process takes the newer token of the file before it asks for another', async () => {
  await world.write('ada', { expiresAtMs: Date.now() + 3_600_000 });
  const [first, second] = [await open().source(), await open().source()];
  const used = first.current();
  if (used === null) throw new Error('no token');
  const renewed = await first.renew(used, AT_EASE);
  expect(renewed).toMatchObject({ token: 'sk-ant-oat01-fake-ada-1' });
  expect(await second.renew(used, AT_EASE)).toEqual(renewed);
  expect(world.refreshes()).toBe(1);
});

test('an answer that was written before the process died is put in its place by the next one', async () => {
  await world.write('ada');
  const before = await Bun.file(world.path).text();
  await (await open().source()).get(AT_EASE);
  // As it stands after a kill between the write and the rename.
  await rename(world.path, journalPath());
  const after = await Bun.file(journalPath()).text();
  await Bun.write(world.path, before);
  await rm(journalPath());
  await Bun.write(journalPath(), after);
  const source = await open().source();
  expect(await source.get(AT_EASE)).toMatchObject({ token: 'sk-ant-oat01-fake-ada-1' });
  expect(world.refreshes()).toBe(1);
  expect(await world.leftovers()).toEqual([]);
});

test('an answer that got lost costs one more try, and then the login is told to be spent', async () => {
  await world.write('ada');
  expect(await reasonOf((await open(lostAnswer).source()).get(AT_EASE))).toContain('did not answer (ECONNRESET)');
  expect(await world.leftovers()).toHaveLength(1);
  const source = await open().source();
  const reason = await reasonOf(source.get(AT_EASE));
  expect(reason).toContain('invalid_grant');
  expect(reason).toContain('an earlier refresh was cut off');
  expect(await reasonOf(source.get(AT_EASE))).toBe(reason);
  expect(world.refreshes()).toBe(2);
  // Signing in again is all that it needs.
  await world.write('ada-again', { expiresAtMs: Date.now() + 3_600_000 });
  expect((await open().source()).current()).toMatchObject({ token: 'sk-ant-oat01-fake-ada-again-0' });
});

test('a refused refresh never takes away a login that somebody put there meanwhile', async () => {
  await world.write('ada');
  const source = await open(async (url, options) => {
    await world.write('grace', { expiresAtMs: Date.now() + 3_600_000 });
    return fetch(url, { ...options, body: JSON.stringify({ grant_type: 'refresh_token', refresh_token: 'spent' }) });
  }).source();
  expect(await source.get(AT_EASE)).toMatchObject({ token: 'sk-ant-oat01-fake-grace-0' });
  expect((await world.read()).oauth.refreshToken).toBe('sk-ant-ort01-fake-grace-0');
});

test('a file that cannot be written keeps its refresh token: nothing is asked', async () => {
  await world.write('ada');
  // A folder in the place of the journal, since the mode of a folder binds nobody who is root.
  await mkdir(journalPath());
  expect(await reasonOf((await open().source()).get(AT_EASE))).toContain('cannot be written (EISDIR)');
  expect(world.refreshes()).toBe(0);
});

test('a login behind a link is written where it really is', async () => {
  await world.write('ada');
  const kept = join(world.folder, '..data');
  await mkdir(kept);
  await rename(world.path, join(kept, 'login.json'));
  await chmod(join(kept, 'login.json'), 0o600);
  await symlink(join('..data', 'login.json'), world.path);
  expect(await (await open().source()).get(AT_EASE)).toMatchObject({ token: 'sk-ant-oat01-fake-ada-1' });
  expect(await Bun.file(join(kept, 'login.json')).text()).toContain('fake-ada-1');
});

test('a login without a refresh token says what to do when it has expired', async () => {
  const oauth = { accessToken: 'sk-ant-oat01-x', expiresAt: Date.now() - 1 };
  await Bun.write(world.path, JSON.stringify({ type: 'oauth', oauth }));
  const source = await open().source();
  expect(source.state()).toMatchObject({ kind: 'oauth', refreshable: false });
  expect(await reasonOf(source.get(AT_EASE))).toContain('sign in again');
});

function journalPath(): string {
  const hash = new Bun.CryptoHasher('sha256').update('ada').digest('hex').slice(0, 8);
  return join(world.folder, `.team.example.com.credentials.json.${hash}.rotating`);
}
