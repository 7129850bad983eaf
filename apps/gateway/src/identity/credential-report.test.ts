import { expect, test } from 'bun:test';
import { Secret } from '@nexus/config';
import type { CredentialFile, StoredCredential } from './credential-file.ts';
import { type CredentialStatus, listCredentialStatus } from './credential-report.ts';

const NOW_MS = 1_800_000_000_000;
const HOUR_MS = 3_600_000;

function toLogin(leftMs: number | null, refreshToken: string | null = 'r'): StoredCredential {
  return {
    kind: 'oauth',
    accessToken: new Secret('planted-token'),
    refreshToken: refreshToken === null ? null : new Secret(refreshToken),
    expiresAtMs: leftMs === null ? null : NOW_MS + leftMs,
  };
}

test.each<[string, StoredCredential, Pick<CredentialStatus, 'state' | 'line'>]>([
  [
    'an API key',
    { kind: 'api-key', key: new Secret('planted-key') },
    { state: 'valid', line: 'x: API key, with a client key' },
  ],
  [
    'a login with days left',
    toLogin(50 * HOUR_MS),
    { state: 'valid', line: 'x: OAuth login, expires in 2 d 2 h, with a client key' },
  ],
  [
    'a login with hours left',
    toLogin(5 * HOUR_MS),
    { state: 'expiring', line: 'x: OAuth login, expires in 5 h 0 min, with a client key' },
  ],
  [
    'a login that has expired',
    toLogin(-1),
    { state: 'expired', line: 'x: OAuth login, expired; sign in again and replace the file, with a client key' },
  ],
  [
    'a login that cannot be renewed',
    toLogin(HOUR_MS / 2, null),
    {
      state: 'missing-refresh-token',
      line: 'x: OAuth login without a refresh token, expires in 30 min; sign in again, with a client key',
    },
  ],
  [
    'a broken file',
    { kind: 'invalid', because: '`type`: missing' },
    { state: 'invalid', line: 'x: broken, `type`: missing; mend the file, with a client key' },
  ],
])('%s', (_what, credential, status) => {
  const file: CredentialFile = { accountId: null, clientKey: new Secret('planted-client'), credential };
  const folder = { find: () => file, names: () => ['x'], refresh: async () => {}, close: () => {} };
  expect(listCredentialStatus(folder, NOW_MS)).toMatchObject([{ name: 'x', ...status }]);
  expect(status.line).not.toContain('planted');
});
