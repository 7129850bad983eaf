import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type ApiWorld, readRefusal, SET_UP_MS_MAX, startApiWorld, withKey } from '../api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld();
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

describe('GET /api/conversations refuses', () => {
  test.each([
    'limit=0',
    'limit=201',
    'hasErrors=maybe',
    'hasSubAgents=1',
    'keyId=42',
    'text=',
    'from=yesterday',
    'cursor=not-ours',
    'offset=10',
  ])('%s, and says which field it is', async (query) => {
    const answer = await fetch(`${world.apiUrl}/api/conversations?${query}`, withKey);
    const text = await answer.clone().text();

    expect(await readRefusal(answer)).toEqual({ status: 400, code: 'field-invalid' });
    expect(text).toContain(query.split('=')[0] ?? '');
  });
});
