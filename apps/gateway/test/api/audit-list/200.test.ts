import { afterAll, beforeAll, expect, test } from 'bun:test';
import { createClient } from '@nexus/contract';
import { hashClientKey } from '@nexus/services';
import { type ApiWorld, DASHBOARD_KEY, SET_UP_MS_MAX, startApiWorld } from '../api-world.ts';

const READER = 'nx_live_a-key-that-may-write';
let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld({
    override: {
      findKey: (presented) =>
        hashClientKey(presented, '') === hashClientKey(READER, '')
          ? { keyId: KEY_ID, scopes: ['read', 'write'] }
          : null,
    },
  });
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

const KEY_ID = Bun.randomUUIDv7();

async function makeKey(name: string, headers: Readonly<Record<string, string>>): Promise<void> {
  await createClient({ baseUrl: world.apiUrl, fetch, headers }).perform('key.create', { name });
}

test('who held the dashboard key says so by its own word, and nobody says to be of another kind', async () => {
  const key = { 'x-dashboard-key': DASHBOARD_KEY };
  await makeKey('one', key);
  await makeKey('two', { ...key, 'x-nexus-user': ' ada@laptop ' });
  await makeKey('three', { ...key, 'x-nexus-user': `sk-ant-api03-planted-in-a-name ${'x'.repeat(500)}` });
  await makeKey('four', { 'x-api-key': READER, 'x-nexus-user': 'local-cli' });
  const { entries } = await world.client.perform('audit.list', { noun: 'key' });
  expect(entries.map(({ actor, actorId }) => [actor, actorId])).toEqual([
    ['key', KEY_ID],
    ['dashboard-key', expect.not.stringContaining('planted')],
    ['dashboard-key', 'ada@laptop'],
    ['dashboard-key', null],
  ]);
  expect(entries[1]?.actorId?.length).toBeLessThanOrEqual(200);
});
