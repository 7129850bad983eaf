import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { OPERATIONS, PLAIN_ROUTES } from '@nexus/contract';
import { createApiRouter } from '../../src/api/create-api.ts';
import {
  type ApiWorld,
  DASHBOARD_KEY,
  PROXY_PORT,
  readRefusal,
  startApiWorld,
  toSignedInHeaders,
} from './api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld({ database: false });
});
afterAll(() => world.stop());

const OPEN = new Set(['GET /health', 'GET /healthz', 'GET /readyz', 'POST /api/sign-in']);

/** The routes as the router has them, not as we believe they are. */
function listRoutes(): readonly { method: string; path: string }[] {
  return createApiRouter(world.options)
    .routes.filter((route) => route.method !== 'ALL')
    .map(({ method, path }) => ({ method, path }));
}

function call(route: { method: string; path: string }, headers: Record<string, string> = {}): Promise<Response> {
  const path = route.path.replaceAll(/:\w+/g, () => Bun.randomUUIDv7());
  return fetch(world.apiUrl + path, {
    method: route.method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(route.method === 'POST' ? { body: '{}' } : {}),
    signal: AbortSignal.timeout(5000),
  });
}

function ask(url: string, origin: string, method = 'GET'): Promise<Response> {
  return fetch(`${url}/api/me`, { method, headers: { origin, 'x-dashboard-key': DASHBOARD_KEY } });
}

describe('the lock of the API', () => {
  test('the router has exactly the routes of the contract', () => {
    const declared = [...Object.values(OPERATIONS), ...PLAIN_ROUTES].map(({ method, path }) => `${method} ${path}`);

    expect(
      listRoutes()
        .map(({ method, path }) => `${method} ${path}`)
        .toSorted(),
    ).toEqual(declared.toSorted());
  });

  test('every route of the router but health and sign-in refuses a stranger', async () => {
    const locked = listRoutes().filter(({ method, path }) => !OPEN.has(`${method} ${path}`));

    const refusals = await Promise.all(locked.map(async (route) => readRefusal(await call(route))));

    expect(locked.length).toBeGreaterThanOrEqual(13);
    expect(new Set(refusals.map(({ status, code }) => `${status} ${String(code)}`))).toEqual(
      new Set(['401 sign-in-required']),
    );
  });

  test('an unknown path does not tell a stranger that it is unknown', async () => {
    const answer = await fetch(`${world.apiUrl}/api/nothing-here`);

    expect(await readRefusal(answer)).toEqual({ status: 401, code: 'sign-in-required' });
  });

  test.each([
    ['X-Dashboard-Key', { 'x-dashboard-key': DASHBOARD_KEY }],
    ['X-API-Key', { 'x-api-key': DASHBOARD_KEY }],
    ['Bearer', { authorization: `Bearer ${DASHBOARD_KEY}` }],
    ['bearer in lower case', { authorization: `bearer ${DASHBOARD_KEY}` }],
  ])('DASHBOARD_API_KEY opens it as %s', async (_name, headers) => {
    const answer = await fetch(`${world.apiUrl}/api/me`, { headers });

    expect(await answer.json()).toEqual({
      kind: 'dashboard-key',
      scopes: ['read', 'content', 'write', 'admin'],
      signedInUntil: null,
      keysRequired: false,
      proxyUrl: `http://127.0.0.1:${PROXY_PORT}`,
    });
  });

  test.each(['', ' ', 'a-dashboard-key-for-test', `${DASHBOARD_KEY}x`, 'nx_live_x', 'null', 'undefined'])(
    'the wrong key %p does not',
    async (key) => {
      const strange = await startApiWorld({ database: false });
      const answer = await fetch(`${strange.apiUrl}/api/me`, { headers: { 'x-dashboard-key': key } });
      await strange.stop();

      expect(answer.status).toBe(401);
    },
  );

  test('a wrong key is not made up for by a session', async () => {
    const headers = await toSignedInHeaders(world, world.apiUrl);
    const answer = await fetch(`${world.apiUrl}/api/me`, { headers: { ...headers, 'x-dashboard-key': 'wrong' } });

    expect(await readRefusal(answer)).toEqual({ status: 401, code: 'key-unknown' });
  });

  test('without DASHBOARD_API_KEY no key opens it, not even an empty one', async () => {
    const keyless = await startApiWorld({ database: false, env: { DASHBOARD_API_KEY: '' } });
    const answers = await Promise.all(
      ['', 'null', 'undefined', DASHBOARD_KEY].map((key) =>
        fetch(`${keyless.apiUrl}/api/me`, { headers: { authorization: `Bearer ${key}`, 'x-api-key': key } }),
      ),
    );
    await keyless.stop();

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  });

  test('ten wrong keys from one address close the door for a minute, but never to the right one', async () => {
    const guessed = await startApiWorld({ database: false });
    const knock = async (key: string) =>
      readRefusal(await fetch(`${guessed.apiUrl}/api/me`, { headers: { 'x-api-key': key } }));
    for (let n = 0; n < 10; n += 1) expect((await knock(`guess-${n}`)).code).toBe('key-unknown');

    expect(await knock('guess-10')).toEqual({ status: 429, code: 'sign-in-throttled' });
    expect((await knock(DASHBOARD_KEY)).status).toBe(200);
    const session = await fetch(`${guessed.apiUrl}/api/me`, {
      headers: await toSignedInHeaders(guessed, guessed.apiUrl),
    });
    expect(session.status).toBe(200);
    guessed.passTime(60_001);
    expect((await knock('guess-11')).code).toBe('key-unknown');
    await guessed.stop();
  });

  test('a Claude client that strays onto the API closes the door to nobody', async () => {
    const strayed = await startApiWorld({ database: false });
    const knock = async (headers: Record<string, string>) =>
      readRefusal(await fetch(`${strayed.apiUrl}/api/organizations`, { headers }));
    for (let n = 0; n < 12; n += 1) {
      expect((await knock({ 'x-api-key': 'sk-ant-api03-x' })).code).toBe('key-unknown');
      expect((await knock({ authorization: 'Bearer nx_live_x' })).code).toBe('key-unknown');
    }
    const opened = await fetch(`${strayed.apiUrl}/api/me`, { headers: { 'x-api-key': DASHBOARD_KEY } });
    await strayed.stop();

    expect(opened.status).toBe(200);
  });

  test('an error names its code and the request id that the header carries too', async () => {
    const answer = await fetch(`${world.apiUrl}/api/requests`);
    const requestId = answer.headers.get('x-nexus-request-id');

    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(await answer.json()).toEqual({
      error: {
        code: 'sign-in-required',
        message: 'Sign in, send DASHBOARD_API_KEY as X-Dashboard-Key, or a key that has the scope as X-API-Key.',
        requestId,
        status: 401,
        type: 'authentication_error',
        param: null,
        details: [],
      },
    });
  });

  test('nothing may be read across origins unless CORS_ORIGINS names the origin', async () => {
    const trusting = await startApiWorld({ database: false, env: { CORS_ORIGINS: 'https://tools.example.com' } });
    const answers = await Promise.all([
      ask(world.apiUrl, 'https://tools.example.com'),
      ask(trusting.apiUrl, 'https://evil.example.com'),
      ask(trusting.apiUrl, 'https://tools.example.com'),
      ask(trusting.apiUrl, 'https://tools.example.com', 'OPTIONS'),
    ]);
    await trusting.stop();

    expect(answers.map(({ headers }) => headers.get('access-control-allow-origin'))).toEqual([
      null,
      null,
      'https://tools.example.com',
      'https://tools.example.com',
    ]);
    expect(answers.map(({ headers }) => headers.get('access-control-allow-credentials'))).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});
