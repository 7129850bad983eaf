import { afterAll, beforeAll, expect, test } from 'bun:test';
import { checkUsage, type Storage } from '@nexus/storage';
import { createUsageProver } from '../src/usage/create-usage-prover.ts';
import { toProofSpans } from '../src/usage/usage-proof.ts';
import { type ApiWorld, openTestStorage, SET_UP_MS_MAX, startApiWorld } from './api/api-world.ts';
import { buildRecord, writeRecords } from './api/records.ts';

const NOW_MS = Date.UTC(2026, 10, 20, 12);
const DAY_MS = 86_400_000;

let world: ApiWorld;
let storage: Storage;
beforeAll(async () => {
  world = await startApiWorld();
  await writeRecords(
    world,
    [0, 1, 2].map((days) => buildRecord({ startedAtMs: NOW_MS - days * DAY_MS, sessionId: `of-${days}` })),
  );
  storage = openTestStorage(requireConnection());
}, SET_UP_MS_MAX);
afterAll(async () => {
  await storage.close();
  await world.stop();
});

function requireConnection() {
  if (world.connection === null) throw new Error('this world has a database');
  return world.connection;
}

function aProver() {
  const lines: string[] = [];
  const note = (_fields: unknown, sentence?: string): void => void lines.push(sentence ?? '');
  const prover = createUsageProver({
    connection: requireConnection(),
    prepared: true,
    slowQueryMs: 60_000,
    log: { info: note, warn: note },
    clock: () => NOW_MS,
  });
  return { prover, lines };
}

test('wrong sums are found and made anew by themselves; the log and the audit say which days', async () => {
  const { prover, lines } = aProver();
  expect(await prover.run()).toMatchObject({ checkedDays: 3, checkedRows: 3, wrongDays: [] });
  await storage.pool.query(
    `update usage_hour set input_tokens = input_tokens + 1 where at >= '2026-11-19' and at < '2026-11-20'`,
  );
  expect(await prover.run()).toMatchObject({ wrongDays: ['2026-11-19'], repairedDays: ['2026-11-19'] });
  expect((await checkUsage(storage, { repair: false })).wrong).toEqual([]);
  expect(prover.last()?.wrongDays).toEqual(['2026-11-19']);
  expect(lines).toEqual([
    'the sums of usage are those of their requests',
    'sums of usage were not those of their requests',
  ]);
  const { entries } = await world.client.perform('audit.list', { noun: 'usage' });
  expect(entries).toMatchObject([{ actor: 'gateway', verb: 'repair', detail: { days: '2026-11-19' } }]);
  await prover.close();
}, 30_000);

test('a database that is away is said, and stops nothing', async () => {
  const { lines, prover } = aProver();
  const away = createUsageProver({
    connection: { ...requireConnection(), database: 'nobody_made_this' },
    prepared: true,
    slowQueryMs: 60_000,
    log: { info: () => {}, warn: (_fields: unknown, sentence?: string) => void lines.push(sentence ?? '') },
    clock: () => NOW_MS,
  });
  expect(await away.run()).toBeNull();
  expect(away.last()).toBeNull();
  expect(lines).toEqual(['the sums of usage could not be proved; it is tried again in a day']);
  await away.close();
  await prover.close();
}, 30_000);

test('within thirteen days every one of the seventy days before is proved', () => {
  const proved = new Set<number>();
  for (let run = 0; run < 13; run += 1) {
    for (const { fromMs, toMs } of toProofSpans(NOW_MS + run * DAY_MS)) {
      for (let atMs = fromMs; atMs <= toMs; atMs += DAY_MS) proved.add(Math.floor(atMs / DAY_MS));
    }
  }
  const today = Math.floor(NOW_MS / DAY_MS);
  for (let back = 0; back < 70; back += 1) expect(proved.has(today - back)).toBe(true);
});
