import { describe, expect, test } from 'bun:test';
import { maskHeaders, maskSecretText } from '../index.ts';

const SECRETS = {
  apiKey: 'sk-ant-api03-Plant3dApiKey_abcdefghijklmnop-qrstuvwxyz-AA',
  oauth: 'sk-ant-oat01-Plant3dOauth_abcdefghijklmnopqrstuvwxyz',
  refresh: 'sk-ant-ort01-Plant3dRefresh_abcdefghijklmnop',
  admin: 'sk-ant-admin01-Plant3dAdmin_abcdefghijklmnop',
  own: 'nx_live_Plant3dOwnKey0123456789abcdef',
  legacy: 'cnp_live_Plant3dLegacyKey0123456789',
  jwt: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJQbGFudDNkIn0.UGxhbnQzZFNpZ25hdHVyZQ',
  unsigned: 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJQbGFudDNkIn0.',
  openai: 'sk-proj-Plant3dOpenAi0123456789abcdef',
  github: 'ghp_Plant3dGithub0123456789abcdef',
};

const shapes = Object.entries(SECRETS);

describe.each(shapes)('a secret of shape %s', (_shape, secret) => {
  test.each(['authorization', 'X-Api-Key', 'proxy-authorization', 'cookie', 'set-cookie', 'x-anything', 'referer'])(
    'is gone from %s',
    (name) => {
      const forms = [secret, `Bearer ${secret}`, `session=${secret}; Path=/`, `https://h/?token=${secret}&x=1`];
      for (const value of forms)
        expect(JSON.stringify(maskHeaders([[name, value]]))).not.toContain(secret.slice(-12, -1));
    },
  );

  test('is gone from the middle of a text', () => {
    for (const text of [`key ${secret} is wrong`, `{"error":"bad ${secret}"}`, `(${secret})`, `"${secret}"`, secret]) {
      expect(maskSecretText(text)).not.toContain(secret.slice(-12, -1));
    }
  });
});

test.each([
  ['authorization', 'Basic dXNlcjpwYXNz', 'Basic ***'],
  ['authorization', 'Bearer plain-token-of-unknown-shape', 'Bearer ***'],
  ['authorization', `Bearer ${SECRETS.oauth}`, 'Bearer sk-ant-oat01-***'],
  ['authorization', 'AWS4-HMAC-SHA256 Credential=AK/20260101, Signature=abc', '***'],
  ['x-api-key', 'short', '***'],
  ['x-dashboard-key', 'anything', '***'],
  ['x-amz-security-token', 'anything', '***'],
  ['x-my-secret-thing', 'anything', '***'],
  ['cookie', 'nexus=abc; other=def', 'nexus=***; other=***'],
  ['cookie', 'no-name', '***'],
  ['set-cookie', '__cf_bm=abc; path=/; Secure; HttpOnly', '__cf_bm=***; path=***; Secure; HttpOnly'],
])('%s: %s becomes %s', (name, value, masked) => {
  expect(maskHeaders([[name, value]])).toEqual([[name, masked]]);
});

test.each([
  ['anthropic-ratelimit-tokens-limit', '400000'],
  ['anthropic-ratelimit-unified-5h-utilization', '0.42'],
  ['anthropic-beta', 'oauth-2025-04-20,interleaved-thinking-2025-05-14'],
  ['x-claude-code-session-id', '7d9d1d3c-2a61-4a0e-9a0b-5a2f6f0c1e42'],
  ['user-agent', 'claude-cli/2.1.329 (external, cli)'],
  ['idempotency-key', 'stainless-node-retry-1'],
  ['x-request-id', 'req_011CSHoEeqs5C35K2UUqR7Fy'],
  ['accept', 'application/json'],
])('%s: %s stays readable', (name, value) => {
  expect(maskHeaders([[name, value]])).toEqual([[name, value]]);
});

test('names become lower case, and order and repetition stay', () => {
  expect(
    maskHeaders([
      ['B', '1'],
      ['A', '2'],
      ['b', '3'],
    ]),
  ).toEqual([
    ['b', '1'],
    ['a', '2'],
    ['b', '3'],
  ]);
});

test('passwords in URLs, forms and JSON are gone, and the rest of the text stays', () => {
  expect(maskSecretText('postgres://nexus:hunter22@db:5432/nexus?sslmode=require')).toBe(
    'postgres://nexus:***@db:5432/nexus?sslmode=require',
  );
  expect(maskSecretText('?api_key=hunter22&limit=5')).toBe('?api_key=***&limit=5');
  expect(maskSecretText('{"client_secret": "hunter22", "max_tokens": 5}')).toBe(
    '{"client_secret": "***", "max_tokens": 5}',
  );
  expect(maskSecretText('basic understanding, bearer of news')).toBe('basic understanding, bearer of news');
});

test('masking twice changes nothing more', () => {
  for (const [, secret] of shapes) {
    const once = maskSecretText(`Bearer ${secret} and token=${secret}`);
    expect(maskSecretText(once)).toBe(once);
  }
});

test('a long text made to mislead takes time in proportion to its length', () => {
  for (const piece of ['eyJ-', 'eyJhbGciOi', 'token-', 'bearer ', '://', 'sk-ant-', 'api_key"', 'nx_a']) {
    maskSecretText(piece.repeat(50_000));
  }
});
