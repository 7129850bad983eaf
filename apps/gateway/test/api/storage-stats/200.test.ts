import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type ApiWorld, SET_UP_MS_MAX, startApiWorld } from '../api-world.ts';
import { buildRecord, RECENT_MS, writeRecords } from '../records.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld();
  await writeRecords(world, [buildRecord(), buildRecord({ startedAtMs: RECENT_MS + 5 })]);
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

test('GET /api/storage-stats tells what is stored, and how the recorder is doing', async () => {
  const stats = await world.client.perform('storage.stats', {});

  expect(stats).toMatchObject({
    requestCount: 2,
    rawBytes: 1000,
    oldestAt: new Date(RECENT_MS).toISOString(),
    retention: { payloadDays: 0, factsDays: 0, linksDays: 0 },
    recorder: {
      state: 'writing',
      queuedRecords: 3,
      spoolBytes: 4096,
      spoolBytesMax: 2_147_483_648,
      droppedPayloads: 1,
      droppedRecords: 0,
      lastWriteAt: new Date(1_763_640_000_000).toISOString(),
      lastProblem: null,
    },
  });
  expect(stats.payloadSince).toMatch(/^\d{4}-\d{2}-01$/);
  expect(stats.storedBytes).toBe(stats.factsBytes + stats.payloadBytes + stats.rollupBytes);
});

test('GET /api/storage-stats of an empty database has no oldest request and no ratio', async () => {
  const empty = await startApiWorld();
  const stats = await empty.client.perform('storage.stats', {});
  await empty.stop();

  expect(stats).toMatchObject({ requestCount: 0, rawBytes: 0, dedupRatio: null, oldestAt: null });
});
