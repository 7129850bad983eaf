import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type ApiWorld, SET_UP_MS_MAX, startApiWorld } from '../api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld();
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

test.each([
  ['nothing to look for', { q: '  ' }, 'q'],
  ['words that only exclude', { q: '-slow', mode: 'words' as const }, 'q'],
  ['more than anybody types', { q: 'x'.repeat(501) }, 'q'],
  ['a cursor of somebody else', { q: 'boats', cursor: 'bm9wZQ' }, 'cursor'],
  ['a time that is none', { q: 'boats', from: 'yesterday' }, 'from'],
])('GET /api/search refuses %s, and names the field', async (_name, input, field) => {
  const refusal: unknown = await world.client.perform('search.list', input).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ status: 400, code: 'field-invalid' });
  expect(String(refusal)).toContain(field);
});

test('GET /api/search in a conversation that is not there is a 404', async () => {
  const refusal: unknown = await world.client
    .perform('search.list', { q: 'boats', conversationId: '00000000-0000-8000-8000-000000000000' })
    .catch((error: unknown) => error);
  expect(refusal).toMatchObject({ status: 404, code: 'conversation-unknown' });
});

test('GET /api/search of an empty database finds nothing, whatever is asked', async () => {
  for (const q of ['boats', '東京', '=>', '"never closed', "it's \\ 'quoted'"]) {
    expect((await world.client.perform('search.list', { q })).hits).toEqual([]);
  }
});
