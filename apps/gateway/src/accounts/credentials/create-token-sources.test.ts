import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FakeClaude, startFakeClaude } from '@nexus/testkit';
import { exportJWK, exportPKCS8, generateKeyPair, importJWK, jwtVerify } from 'jose';
import { z } from 'zod';
import { parseCredentialFile } from '../../identity/credential-file.ts';
import type { AccountSettings } from '../account-file.ts';
import { createTokenSources, type TokenSourcesParts } from './create-token-sources.ts';
import { createSecretReader } from './read-secret.ts';
import { reasonOf } from './test/reason-of.ts';

let fake: FakeClaude;
let folder: string;
const env: Record<string, string> = {};
const AT_EASE = new AbortController().signal;

beforeAll(async () => {
  fake = await startFakeClaude();
  folder = await mkdtemp(join(tmpdir(), 'nexus-tokens-'));
});

afterAll(async () => {
  await fake.stop();
  await rm(folder, { recursive: true });
});

beforeEach(() => fake.reset());

function createSources(lock: TokenSourcesParts['lock'] = (_login, work) => work()) {
  return createTokenSources({
    fetch,
    clock: Date.now,
    newId: () => Bun.randomUUIDv7(),
    secrets: createSecretReader({ readVariable: (name) => env[name], stored: { find: refuse } }),
    lock,
    loginDefaults: { tokenUrl: `${fake.url}/v1/oauth/token`, clientId: 'client-1' },
  });
}

function refuse(): never {
  throw new Error('nothing is stored here');
}

function toAccount(value: object): AccountSettings {
  const parsed = parseCredentialFile(JSON.stringify(value), { name: 'x', path: join(folder, 'x.credentials.json') });
  if (!parsed.ok) throw new Error(parsed.because);
  const [account] = parsed.file.accounts;
  if (account === undefined) throw new Error('no account');
  return account;
}

/** What an account of this file authenticates with. */
function get(value: object) {
  return createSources().of(toAccount(value)).get(AT_EASE);
}

async function getBearer(value: object): Promise<string> {
  const credential = await get(value);
  if (credential.kind !== 'bearer') throw new Error(`not a bearer token: ${credential.kind}`);
  return credential.token;
}

const Fields = z.record(z.string(), z.unknown());

/** What the token endpoint was asked. */
function asked() {
  const request = fake.requests.at(-1);
  if (request === undefined) throw new Error('nothing was asked');
  const text = request.body.toString('utf8');
  const isJson = request.header('content-type') === 'application/json';
  const fields = Fields.parse(isJson ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text)));
  return { fields, authorization: request.header('authorization'), beta: request.header('anthropic-beta') };
}

describe('where a key travels', () => {
  test.each([
    ['as a rule', {}, { kind: 'api-key', key: 'key-1' }],
    ['as bearer', { header: 'Authorization' }, { kind: 'bearer', token: 'key-1', betas: [] }],
    [
      'in a header of its own',
      { header: 'X-Other', prefix: 'Key ' },
      { kind: 'header', name: 'x-other', value: 'Key key-1' },
    ],
  ])('%s', async (_how, more, credential) => {
    const account = toAccount({ type: 'api_key', api_key: 'key-1', ...more });
    expect(createSources().of(account).current()).toMatchObject(credential);
  });
});

describe('where a secret stands', () => {
  test('a variable, a file beside the credential file, and a rotated file', async () => {
    env['CLAUDE_KEY_OF_TEAM'] = 'key-of-env\n';
    expect(await get({ type: 'api_key', api_key: { env: 'CLAUDE_KEY_OF_TEAM' } })).toMatchObject({ key: 'key-of-env' });
    await Bun.write(join(folder, 'key'), 'key-of-file\n');
    const source = createSources().of(toAccount({ type: 'session', token: { file: 'key' } }));
    const first = await source.get(AT_EASE);
    expect(first).toMatchObject({ kind: 'bearer', token: 'key-of-file' });
    await Bun.write(join(folder, 'key'), 'key-rotated');
    expect(await source.renew(first, AT_EASE)).toMatchObject({ token: 'key-rotated' });
  });

  test.each([
    ['a variable that is not set', { env: 'NOT_SET' }, 'the variable NOT_SET'],
    ['a file that is not there', { file: 'gone' }, 'the file gone'],
  ])('%s is named', async (_what, reference, named) => {
    expect(await reasonOf(get({ type: 'api_key', api_key: reference }))).toContain(named);
  });

  test('a secret that would forge a header is refused and not shown', async () => {
    env['FORGED'] = 'key-1\r\nx-evil: 1';
    const refused = await get({ type: 'api_key', api_key: { env: 'FORGED' } }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ detail: { because: expect.stringContaining('cannot stand in a header') } });
    expect(Bun.inspect(refused)).not.toContain('x-evil');
  });
});

function toClient(more: object): object {
  const tokenUrl = `${fake.url}/v1/oauth/token`;
  return { type: 'oauth2_client_credentials', tokenUrl, clientId: 'team a', ...more };
}

describe('client credentials', () => {
  test('by Basic, form-encoded as RFC 6749 wants it', async () => {
    expect(await getBearer(toClient({ clientSecret: 's:cret', scope: 'a b' }))).toMatch(/^fake-minted-/);
    expect(asked()).toMatchObject({
      fields: { grant_type: 'client_credentials', scope: 'a b' },
      authorization: `Basic ${Buffer.from('team+a:s%3Acret').toString('base64')}`,
    });
  });

  test('in a JSON body, with names and parameters of its own', async () => {
    await getBearer(
      toClient({
        clientSecret: 's',
        authMethod: 'client_secret_post',
        encoding: 'json',
        audience: 'https://api.example',
        params: { resource: 'r' },
        requestNames: { client_id: 'clientId', grant_type: '', client_secret: 'client_secret' },
      }),
    ).catch(() => {});
    expect(asked().fields).toEqual({
      clientId: 'team a',
      client_secret: 's',
      audience: 'https://api.example',
      resource: 'r',
    });
  });

  test('by a key that signs', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    await getBearer(
      toClient({
        authMethod: 'private_key_jwt',
        algorithm: 'ES256',
        keyId: 'k1',
        privateKey: await exportPKCS8(privateKey),
      }),
    );
    const { client_assertion: assertion } = asked().fields;
    const { payload, protectedHeader } = await jwtVerify(String(assertion), publicKey, {
      audience: `${fake.url}/v1/oauth/token`,
    });
    expect(payload).toMatchObject({ iss: 'team a', sub: 'team a' });
    expect(protectedHeader).toMatchObject({ alg: 'ES256', kid: 'k1' });
  });

  test('a refusal is told with its reason and without the secret', async () => {
    const refused = await get(toClient({ clientSecret: 'invalid-secret' })).catch((error: unknown) => error);
    expect(refused).toMatchObject({ detail: { because: expect.stringContaining('invalid_client') } });
    expect(Bun.inspect(refused)).not.toContain('invalid-secret');
  });
});

describe('tokens that we sign', () => {
  test('carry the claims of their template and the times that they are told to', async () => {
    const token = await getBearer({
      type: 'jwt_self_signed',
      key: 'k'.repeat(32),
      claims: { sub: '${who}', roles: ['of ${who}', '${unknown}'], level: 3 },
      variables: { who: 'ada' },
      lifetimeSeconds: 600,
      sets: ['iat', 'exp', 'nbf', 'jti'],
    });
    const { payload } = await jwtVerify(token, Buffer.from('k'.repeat(32)));
    expect(payload).toMatchObject({ sub: 'ada', roles: ['of ada', '${unknown}'], level: 3, jti: expect.any(String) });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(600);
  });

  test.each(['RS256', 'PS256', 'ES384', 'EdDSA'])('by %s with a JWK', async (algorithm) => {
    const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
    const key = JSON.stringify(await exportJWK(privateKey));
    const token = await getBearer({ type: 'jwt_self_signed', algorithm, key, claims: { sub: 'x' } });
    const check = await importJWK(await exportJWK(publicKey), algorithm);
    expect((await jwtVerify(token, check)).payload.sub).toBe('x');
  });

  const tenant = { type: 'flow', clientId: 'c', clientSecret: 'the-flow-secret-of-32-characters', tenant: 't' };

  test('for a Flow tenant hold exactly its three claims, and need its consent', async () => {
    const token = await getBearer({ ...tenant, allowSecretClaim: true });
    const { payload, protectedHeader } = await jwtVerify(token, Buffer.from(tenant.clientSecret));
    expect(payload).toEqual({ clientId: 'c', clientSecret: tenant.clientSecret, tenant: 't' });
    expect(protectedHeader).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(parseCredentialFile(JSON.stringify(tenant), { name: 'x', path: '/x' })).toMatchObject({
      ok: false,
      because: expect.stringContaining('allowSecretClaim'),
    });
  });

  test('carry no secret unless the file allows it', () => {
    const account = toAccount({
      type: 'jwt_self_signed',
      key: { env: 'SIGNING_KEY' },
      claims: { k: '${mine}' },
      variables: { mine: { env: 'SIGNING_KEY' } },
    });
    expect(account.credential).toMatchObject({ kind: 'invalid', because: expect.stringContaining('allowSecretClaim') });
  });
});

describe('assertions that are exchanged', () => {
  test('by the shape of workload identity', async () => {
    await Bun.write(join(folder, 'assertion'), 'ey.as.sertion\n');
    const credential = await get({
      type: 'workload_identity',
      tokenUrl: `${fake.url}/v1/oauth/token`,
      assertion: { file: 'assertion' },
      federationRuleId: 'rule',
      organizationId: 'org',
      workspaceId: 'space',
    });
    expect(credential).toMatchObject({ kind: 'bearer', betas: ['oauth-2025-04-20'] });
    expect(asked()).toMatchObject({
      beta: 'oauth-2025-04-20,oidc-federation-2026-04-01',
      fields: {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: 'ey.as.sertion',
        federation_rule_id: 'rule',
        organization_id: 'org',
        workspace_id: 'space',
      },
    });
  });

  test('signed here, or printed by a program', async () => {
    const tokenUrl = `${fake.url}/v1/oauth/token`;
    const sign = { key: 'k'.repeat(32), claims: { iss: 'me' } };
    await getBearer({ type: 'jwt_bearer_exchange', tokenUrl, assertion: { sign } });
    expect(asked().fields).toMatchObject({ assertion: expect.stringMatching(/^ey/) });
    await getBearer({ type: 'jwt_bearer_exchange', tokenUrl, assertion: { command: ['echo', 'printed'] } });
    expect(asked().fields).toMatchObject({ assertion: 'printed' });
  });
});

describe('a program that prints a token', () => {
  test('is run without a shell', async () => {
    expect(await getBearer({ type: 'command', command: ['echo', '$HOME;ls'] })).toBe('$HOME;ls');
  });

  test.each([
    ['fails', ['false'], 'ended with 1'],
    ['is not there', ['no-such-program-here'], 'cannot be started'],
    ['prints nothing', ['true'], 'gave no token'],
    ['prints without end', ['yes', 'x'.repeat(1000)], 'printed more than'],
  ])('that %s is told', async (_what, command, because) => {
    expect(await reasonOf(get({ type: 'command', command }))).toContain(because);
  });

  test('that takes too long is told, and what it started ends with it', async () => {
    const command = ['sh', '-c', 'sleep 60 & sleep 60'];
    expect(await reasonOf(get({ type: 'command', command, timeoutMs: 100 }))).toContain('took longer than 100 ms');
  });
});

test('an endpoint that repeats what it was sent gives no secret away', async () => {
  const echo = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: async (request) =>
      Response.json({ error: 'invalid_client', error_description: `not ${await request.text()}` }, { status: 401 }),
  });
  const file = { clientSecret: 'planted-secret', authMethod: 'client_secret_post', tokenUrl: echo.url.href };
  const reason = await reasonOf(get(toClient(file)));
  expect(reason).toContain('invalid_client, not grant_type=client_credentials');
  expect(reason).not.toContain('planted');
  await echo.stop(true);
});

test('a token endpoint is https or on this machine, and never redirects', async () => {
  const place = { name: 'x', path: '/x' };
  const file = { type: 'oauth2_client_credentials', clientId: 'c', clientSecret: 's' };
  for (const tokenUrl of ['http://example.com/token', 'ftp://localhost/', 'https://user:pass@example.com/']) {
    expect(parseCredentialFile(JSON.stringify({ ...file, tokenUrl }), place)).toMatchObject({ ok: false });
  }
  const elsewhere = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () => Response.redirect(`${fake.url}/v1/oauth/token`, 307),
  });
  expect(await reasonOf(get({ ...file, tokenUrl: elsewhere.url.href }))).toContain('redirects');
  await elsewhere.stop(true);
  expect(fake.requests).toHaveLength(0);
});

test('a reload keeps the source of an account, and another key makes another one', () => {
  const sources = createSources();
  const file = { type: 'command', command: ['echo', 'x'] };
  const source = sources.of(toAccount(file));
  expect(sources.of(toAccount(file))).toBe(source);
  expect(sources.of(toAccount({ ...file, command: ['echo', 'y'] }))).not.toBe(source);
  const pool = { type: 'oauth', oauth: { accessToken: 'a', refreshToken: 'r' } };
  const login = sources.of(toAccount(pool));
  expect(sources.of(toAccount(pool))).toBe(login);
  expect(sources.of(toAccount({ type: 'oauth', oauth: { accessToken: 'b', refreshToken: 's' } }))).not.toBe(login);
});

function toLogin(accessToken: string): object {
  const expiresAt = Date.now() + 3_600_000;
  return { type: 'oauth', oauth: { accessToken, refreshToken: `refresh-of-${accessToken}`, expiresAt } };
}

test('who waits for a login that another process refreshes gets its token, though a reload made another source of it', async () => {
  const path = join(folder, 'x.credentials.json');
  await Bun.write(path, JSON.stringify(toLogin('old')));
  const { promise: otherIsDone, resolve: finishOther } = Promise.withResolvers<void>();
  const sources = createSources(async (_login, work) => {
    await otherIsDone;
    return work();
  });
  const before = sources.of(toAccount(toLogin('old')));
  const used = await before.get(AT_EASE);
  const renewed = before.renew(used, AT_EASE);
  // The other process has written what it got; here the folder is read again before the lock is free.
  await Bun.write(path, JSON.stringify(toLogin('new')));
  const replaced = toAccount(toLogin('new'));
  expect(sources.of(replaced).current()).toMatchObject({ token: 'new' });
  sources.keep([replaced]);
  finishOther();
  expect(await renewed).toMatchObject({ token: 'new' });
  expect(fake.requests).toEqual([]);
  await sources.close();
});
