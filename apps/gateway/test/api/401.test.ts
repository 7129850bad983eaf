import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type ApiWorld, SET_UP_MS_MAX, startApiWorld } from './api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld({ database: false });
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

test.each([
  ['nobody', {}],
  ['a wrong key', { 'x-dashboard-key': 'made-up' }],
  ['a key that is none of ours', { authorization: 'Bearer sk-ant-api03-mine' }],
])('%s is not let in, and told that no second try will be', async (_who, headers) => {
  for (const path of ['/api/requests', '/api/me', '/v1/analytics/usage']) {
    const answer = await fetch(world.apiUrl + path, { headers });
    expect([path, answer.status, answer.headers.get('x-should-retry')]).toEqual([path, 401, 'false']);
    expect(answer.headers.get('www-authenticate')).toStartWith('Bearer');
  }
});
