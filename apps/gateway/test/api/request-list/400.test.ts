import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type ApiWorld, readRefusal, SET_UP_MS_MAX, startApiWorld, withKey } from '../api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld();
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

describe('GET /api/requests refuses', () => {
  test.each([
    'limit=0',
    'limit=501',
    'limit=ten',
    'status=42',
    'kind=poetry',
    'from=yesterday',
    'cursor=not-ours',
    'cursor=MTIzLicpOyBkcm9wIHRhYmxl',
    'domian=team.example.com',
    'domain=a&domain=b',
    `domain=${'x'.repeat(256)}`,
  ])('%s, and says which field it is', async (query) => {
    const answer = await fetch(`${world.apiUrl}/api/requests?${query}`, withKey);
    const text = await answer.clone().text();

    expect(await readRefusal(answer)).toEqual({ status: 400, code: 'field-invalid' });
    expect(text).toContain(query.split('=')[0] ?? '');
    expect(text.toLowerCase()).not.toContain('select');
  });
});
