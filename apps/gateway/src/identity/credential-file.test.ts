import { expect, test } from 'bun:test';
import { type CredentialFile, parseCredentialFile } from './credential-file.ts';

function parse(value: unknown): CredentialFile {
  const parsed = parseCredentialFile(JSON.stringify(value));
  if (!parsed.ok) throw new Error(parsed.because);
  return parsed.file;
}

test('an API key file with everything', () => {
  const file = parse({
    type: 'api_key',
    accountId: 'acc_f9e1',
    api_key: ' sk-ant-api03-abc ',
    client_api_key: 'cnp_live_abc',
    slack: { enabled: false },
  });
  expect(file.accountId).toBe('acc_f9e1');
  expect(file.clientKey?.reveal()).toBe('cnp_live_abc');
  expect(file.credential.kind === 'api-key' && file.credential.key.reveal()).toBe('sk-ant-api03-abc');
});

test('an OAuth file keeps its tokens and when they expire', () => {
  const { credential, accountId } = parse({
    type: 'oauth',
    oauth: {
      accessToken: 'sk-ant-oat01-a',
      refreshToken: 'sk-ant-ort01-b',
      expiresAt: 1_800_000_000_000,
      scopes: [],
      isMax: true,
    },
  });
  expect(accountId).toBeNull();
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
  const parsed = parseCredentialFile(text);
  expect(parsed.ok).toBe(false);
  if (!parsed.ok) expect(parsed.because).toContain(named);
});

test('a refusal never repeats the value', () => {
  const parsed = parseCredentialFile(JSON.stringify({ type: 'api_key', api_key: 'sk-ant-api03-plan ted\n' }));
  expect(JSON.stringify(parsed)).not.toContain('plan');
});
