import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { Secret } from '@nexus/config';
import type { AccountSettings } from '../accounts/account-file.ts';
import type { SecretReference } from '../accounts/credentials/stored-credential.ts';
import { toClientKey } from './client-key.ts';
import { type CredentialFile, parseCredentialFile } from './credential-file.ts';

const PLACE = { name: 'team.example.com', path: '/credentials/team.example.com.credentials.json' };

function parse(value: unknown): CredentialFile {
  const parsed = parseCredentialFile(JSON.stringify(value), PLACE);
  if (!parsed.ok) throw new Error(parsed.because);
  return parsed.file;
}

/** The single account of a file. */
function parseOne(value: unknown): AccountSettings {
  const [account, ...others] = parse(value).accounts;
  if (account === undefined || others.length > 0) throw new Error('not a pool of one');
  return account;
}

function reveal(reference: SecretReference): string | null {
  return reference instanceof Secret ? reference.reveal() : null;
}

test('an API key file with everything', () => {
  const value = {
    type: 'api_key',
    accountId: 'acc_f9e1',
    api_key: ' sk-ant-api03-abc ',
    client_api_key: 'cnp_live_abc',
    slack: { enabled: false },
  };
  const { id, name, credential, path } = parseOne(value);
  expect([id, name, path]).toEqual(['acc_f9e1', 'acc_f9e1', PLACE.path]);
  expect(parse(value).clientKey).toEqual(toClientKey(new Secret('cnp_live_abc')));
  if (credential.kind !== 'api-key') throw new Error('not an API key');
  expect(reveal(credential.key)).toBe('sk-ant-api03-abc');
  expect(credential.place).toEqual({ kind: 'x-api-key' });
});

test('an OAuth file keeps its tokens and when they expire', () => {
  const { credential, id } = parseOne({
    type: 'oauth',
    oauth: {
      accessToken: 'sk-ant-oat01-a',
      refreshToken: 'sk-ant-ort01-b',
      expiresAt: 1_800_000_000_000,
      scopes: [],
      isMax: true,
    },
  });
  expect(id).toBe('file:team.example.com');
  if (credential.kind !== 'oauth') throw new Error('not OAuth');
  expect(credential.accessToken.reveal()).toBe('sk-ant-oat01-a');
  expect(credential.refreshToken?.reveal()).toBe('sk-ant-ort01-b');
  expect(credential.expiresAtMs).toBe(1_800_000_000_000);
});

test('printing a credential never shows it', () => {
  const file = parse({ type: 'api_key', api_key: 'sk-ant-api03-hidden', client_api_key: 'client-hidden' });
  expect(JSON.stringify(file) + Bun.inspect(file)).not.toContain('hidden');
});

test.each([
  ['not JSON', 'nope', 'JSON'],
  ['no type', '{}', 'type'],
  ['an unknown type', '{"type":"magic"}', 'type'],
  ['an API key file without the key', '{"type":"api_key"}', 'api_key'],
  ['an empty key', '{"type":"api_key","api_key":"  "}', 'api_key'],
  ['a key with a line break', JSON.stringify({ type: 'api_key', api_key: 'a\r\nx-evil: 1' }), 'api_key'],
  ['an OAuth file without tokens', '{"type":"oauth","oauth":{}}', 'oauth.accessToken'],
  ['a list', '[]', 'the file'],
])('%s is refused with the field that is wrong', (_what, text, named) => {
  const parsed = parseCredentialFile(text, PLACE);
  expect(parsed.ok).toBe(false);
  if (!parsed.ok) expect(parsed.because).toContain(named);
});

test('a refusal never repeats the value', () => {
  const parsed = parseCredentialFile(JSON.stringify({ type: 'api_key', api_key: 'sk-ant-api03-plan ted\n' }), PLACE);
  expect(JSON.stringify(parsed)).not.toContain('plan');
});

function key(id: string, more: object = {}): object {
  return { id, type: 'api_key', api_key: `key-${id}`, ...more };
}

describe('a pool', () => {
  test('holds accounts with what they may be used for', () => {
    const { accounts, strategy } = parse({
      strategy: 'weighted',
      accounts: [
        key('a', { name: 'Team A', weight: 3, priority: 1, models: ['claude-*'] }),
        key('b', { disabled: true }),
      ],
    });
    expect(strategy).toBe('weighted');
    expect(accounts).toMatchObject([
      { id: 'a', name: 'Team A', weight: 3, priority: 1, models: ['claude-*'], upstream: null, disabled: false },
      { id: 'b', name: 'b', weight: 1, priority: 0, models: null, upstream: null, disabled: true },
    ]);
  });

  test('keeps its good accounts where one is broken', () => {
    const { accounts } = parse({ accounts: [key('a'), { id: 'b', type: 'api_key' }] });
    expect(accounts.map(({ credential }) => credential.kind)).toEqual(['api-key', 'invalid']);
    expect(accounts[1]?.credential).toMatchObject({ because: expect.stringContaining('accounts.1.api_key') });
  });

  test('whose last account was removed is still a file, and its client key is good', () => {
    expect(parse({ accounts: [], client_api_key: 'k' })).toMatchObject({ accounts: [], clientKey: { problem: null } });
  });

  test.each([
    ['an account without id', { accounts: [{ type: 'api_key', api_key: 'k' }] }, 'accounts.0.id'],
    ['an id that stands twice', { accounts: [key('a'), key('a')] }, 'accounts.1.id'],
    ['a misspelt field', { accounts: [key('a', { weigth: 2 })] }, 'accounts.0.weigth'],
    ['a weight of nothing', { accounts: [key('a', { weight: 0 })] }, 'accounts.0.weight'],
    ['an unknown strategy', { accounts: [key('a')], strategy: 'best' }, 'strategy'],
    ['an upstream that is no URL', { accounts: [key('a', { upstream: { baseUrl: 'ftp://x' } })] }, 'upstream.baseUrl'],
  ])('with %s is refused with the field that is wrong', (_what, value, named) => {
    const parsed = parseCredentialFile(JSON.stringify(value), PLACE);
    expect(parsed.ok).toBe(false);
    if (!parsed.ok) expect(parsed.because).toContain(named);
  });
});

test('every example of the documents is a file that works', async () => {
  const page = await Bun.file(join(import.meta.dir, '../../../../docs/credentials.md')).text();
  const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map((match) => match[1]?.replaceAll('…', 'x') ?? '');
  expect(examples.length).toBeGreaterThan(10);
  const kinds = examples.flatMap((text) => parse(JSON.parse(text)).accounts.map(({ credential }) => credential));
  expect(kinds.filter(({ kind }) => kind === 'invalid')).toEqual([]);
});
