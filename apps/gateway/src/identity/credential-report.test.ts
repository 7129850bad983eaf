import { expect, test } from 'bun:test';
import { Secret } from '@nexus/config';
import type { AccountSettings } from '../accounts/account-file.ts';
import type { StoredCredential } from '../accounts/credentials/stored-credential.ts';
import { toClientKey } from './client-key.ts';
import type { CredentialFile } from './credential-file.ts';
import { type CredentialStatus, listCredentialStatus } from './credential-report.ts';

const NOW_MS = 1_800_000_000_000;
const HOUR_MS = 3_600_000;

function toLogin(leftMs: number | null, refreshToken: string | null = 'r'): StoredCredential {
  return {
    kind: 'oauth',
    accessToken: new Secret('planted-token'),
    refreshToken: refreshToken === null ? null : new Secret(refreshToken),
    expiresAtMs: leftMs === null ? null : NOW_MS + leftMs,
    tokenUrl: null,
    clientId: null,
  };
}

test.each<[string, StoredCredential, Pick<CredentialStatus, 'state' | 'line'>]>([
  [
    'an API key',
    { kind: 'api-key', key: new Secret('planted-key'), place: { kind: 'x-api-key' } },
    { state: 'valid', line: 'x: API key, with a client key' },
  ],
  [
    'a login with days left',
    toLogin(50 * HOUR_MS),
    {
      state: 'valid',
      line: 'x: OAuth login, refreshed by itself, the next time in 2 d 2 h, with a client key',
    },
  ],
  [
    'a login whose token has expired, which is nothing to worry about',
    toLogin(-1),
    { state: 'valid', line: 'x: OAuth login, refreshed with its next request, with a client key' },
  ],
  [
    'a login that cannot be renewed and expires today',
    toLogin(HOUR_MS / 2, null),
    {
      state: 'expiring',
      line: 'x: OAuth login without a refresh token, expires in 30 min, with a client key; sign in again: `bun run nexus account login x --domain x`',
    },
  ],
  [
    'a login that cannot be renewed',
    toLogin(50 * HOUR_MS, null),
    {
      state: 'missing-refresh-token',
      line: 'x: OAuth login without a refresh token, expires in 2 d 2 h, with a client key; sign in again: `bun run nexus account login x --domain x`',
    },
  ],
  [
    'a login that has expired for good',
    toLogin(-1, null),
    {
      state: 'expired',
      line: 'x: OAuth login without a refresh token, expired, with a client key; sign in again: `bun run nexus account login x --domain x`',
    },
  ],
  [
    'a broken file',
    { kind: 'invalid', because: '`type`: missing' },
    { state: 'invalid', line: 'x: broken, `type`: missing; mend the file, with a client key' },
  ],
])('%s', (_what, credential, status) => {
  const told = listCredentialStatus(createFolder([toAccount('x', credential)]), NOW_MS);
  expect(told).toMatchObject([{ name: 'x', ...status }]);
  expect(status.line).not.toContain('planted');
});

test('a pool is told account by account', () => {
  const key: StoredCredential = { kind: 'api-key', key: new Secret('planted-key'), place: { kind: 'x-api-key' } };
  const broken: StoredCredential = { kind: 'invalid', because: '`accounts.1.api_key`: missing' };
  const folder = createFolder([toAccount('one', key), { ...toAccount('two', broken), disabled: true }]);
  expect(listCredentialStatus(folder, NOW_MS).map(({ line }) => line)).toEqual([
    'x, account one: API key',
    'x, account two: switched off, broken, `accounts.1.api_key`: missing; mend the file',
  ]);
});

test('a file whose last account was removed says so, and so does a client key that cannot be read', () => {
  expect(listCredentialStatus(createFolder([]), NOW_MS)).toEqual([
    { name: 'x', state: 'valid', line: 'x: no account; its callers need a credential of their own' },
  ]);
  const unread = {
    ...createFolder([]),
    find: () => ({ ...createFolder([]).find(), clientKey: toClientKey({ env: 'KEY' }) }),
  };
  expect(listCredentialStatus(unread, NOW_MS)[1]).toEqual({
    name: 'x',
    state: 'invalid',
    line: 'x: its client key cannot be read, it was not read yet; callers with it are refused',
  });
});

function toAccount(id: string, credential: StoredCredential): AccountSettings {
  const pool = { weight: 1, priority: 0, models: null, upstream: null, disabled: false };
  return { id, name: id, credential, path: '/credentials/x.credentials.json', ...pool };
}

function createFolder(accounts: readonly AccountSettings[]) {
  const file: CredentialFile = { accounts, strategy: 'sticky', clientKey: toClientKey(new Secret('planted-client')) };
  return { find: () => file, names: () => ['x'], refresh: async () => {}, close: () => {} };
}
