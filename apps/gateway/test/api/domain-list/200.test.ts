import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type ApiWorld, SET_UP_MS_MAX, startApiWorld } from '../api-world.ts';
import { buildRecord, RECENT_MS, writeRecords } from '../records.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld({
    override: {
      domains: {
        list: () => ['quiet.example.com', 'busy.example.com'],
        credentialOf: (domain) => (domain.startsWith('gone') ? 'none' : 'file'),
      },
    },
  });
  await writeRecords(world, [
    buildRecord({ domain: 'busy.example.com', startedAtMs: RECENT_MS }),
    buildRecord({ domain: 'busy.example.com', startedAtMs: RECENT_MS + 1000, outcome: 'upstream-error', status: 529 }),
    buildRecord({ domain: 'gone.example.com', startedAtMs: RECENT_MS + 2000 }),
  ]);
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

test('GET /api/domains gives domains with traffic, busiest first, then those that wait for it', async () => {
  expect((await world.client.perform('domain.list', {})).domains).toEqual([
    {
      domain: 'busy.example.com',
      requestCount: 2,
      errorCount: 1,
      lastSeenAt: new Date(RECENT_MS + 1000).toISOString(),
      credential: 'file',
    },
    {
      domain: 'gone.example.com',
      requestCount: 1,
      errorCount: 0,
      lastSeenAt: new Date(RECENT_MS + 2000).toISOString(),
      credential: 'none',
    },
    { domain: 'quiet.example.com', requestCount: 0, errorCount: 0, lastSeenAt: null, credential: 'file' },
  ]);
});
