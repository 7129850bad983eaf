import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type House, keepHouse } from '../src/keep-house.ts';
import { type ApiWorld, openTestStorage, SET_UP_MS_MAX, startApiWorld } from './api/api-world.ts';
import { buildRecord, writeRecords } from './api/records.ts';

const OLD_MS = Date.UTC(2026, 6, 3);
const NOW_MS = Date.UTC(2026, 10, 20);

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld();
  await writeRecords(world, [
    buildRecord({ startedAtMs: OLD_MS, sessionId: 'old' }),
    buildRecord({ startedAtMs: NOW_MS, sessionId: 'new' }),
  ]);
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

function aHouse(retention: House['retention']): House & { readonly lines: string[]; readonly end: AbortController } {
  const lines: string[] = [];
  const end = new AbortController();
  const note = (_fields: unknown, sentence?: string): void => void lines.push(sentence ?? '');
  const log = { info: note, warn: note };
  return { retention, log, clock: () => NOW_MS, newId: () => Bun.randomUUIDv7(), closing: end.signal, lines, end };
}

function requireStorage() {
  if (world.connection === null) throw new Error('this world has a database');
  return openTestStorage(world.connection);
}

test('what is older than the settings allow goes by itself, once; the audit says that the gateway did it', async () => {
  const storage = requireStorage();
  const house = aHouse({ payloadDays: 0, factsDays: 30, linksDays: 0 });
  await keepHouse(storage, house);
  await keepHouse(storage, house);
  await storage.close();

  const { requests } = await world.client.perform('request.list', {});
  expect(requests.map(({ startedAt }) => Date.parse(startedAt))).toEqual([NOW_MS]);
  const { entries } = await world.client.perform('audit.list', { noun: 'storage' });
  expect(entries).toHaveLength(1);
  expect(entries[0]).toMatchObject({ actor: 'gateway', verb: 'drop', detail: { deletedConversations: 1 } });
  expect(house.lines).toEqual(['retention ran']);
});

test('a database that is away is said once a time, and not at all after the end', async () => {
  const storage = requireStorage();
  await storage.close();
  const house = aHouse({ payloadDays: 0, factsDays: 30, linksDays: 0 });
  await keepHouse(storage, house);
  expect(house.lines).toHaveLength(2);
  house.end.abort();
  await keepHouse(storage, house);
  expect(house.lines).toHaveLength(2);
});
