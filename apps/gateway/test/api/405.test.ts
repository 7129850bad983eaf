import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type ApiWorld, SET_UP_MS_MAX, startApiWorld, withKey } from './api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld({ database: false });
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

async function call(method: string, path: string) {
  const answer = await fetch(world.apiUrl + path, { ...withKey, method });
  const { status, headers } = answer;
  await answer.arrayBuffer();
  return { status, code: headers.get('x-nexus-error'), allow: headers.get('allow') };
}

test.each([
  ['DELETE', '/api/requests', 'GET, HEAD'],
  ['PUT', '/api/requests/019f0000-0000-7000-8000-000000000000', 'GET, HEAD'],
  ['POST', '/api/me', 'GET, HEAD'],
  ['PATCH', '/api/keys', 'POST, GET, HEAD'],
  ['GET', '/api/sign-out', 'POST'],
  ['POST', '/health', 'GET, HEAD'],
])('%s %s is told which methods the address takes', async (method, path, allow) => {
  const { allow: told, ...refusal } = await call(method, path);
  expect(refusal).toEqual({ status: 405, code: 'method-not-allowed' });
  expect(told?.split(', ').toSorted()).toEqual(allow.split(', ').toSorted());
});

test.each(['/api/nothing', '/api/requests/', '/api/requests/a/b/c'])(
  'at %s there is nothing for any method',
  async (path) => {
    for (const method of ['GET', 'DELETE']) {
      expect(await call(method, path)).toEqual({ status: 404, code: 'route-unknown', allow: null });
    }
  },
);

test('a stranger is not told what is at an address that is locked', async () => {
  expect((await fetch(`${world.apiUrl}/api/requests`, { method: 'DELETE' })).status).toBe(401);
});
