import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedRequest } from '@nexus/core';
import { checkUsage } from '../src/index.ts';
import { buildRecord, NOON_MS } from './record.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

let world: WriterWorld;
beforeAll(async () => {
  world = await createWriterWorld();
});
afterAll(() => world.drop());

const COUNT = 1_500;
const MODELS = ['claude-opus-4-5', 'claude-sonnet-4-5', 'claude-haiku-4-5'];

/** Calls of many keys over three days, with failures and retries among them. */
const records: readonly RecordedRequest[] = Array.from({ length: COUNT }, (_, serial) =>
  buildRecord(
    serial + 1,
    {
      startedAtMs: NOON_MS + serial * 157_000,
      domain: `team-${serial % 5}.example`,
      accountId: `account-${serial % 4}`,
      model: MODELS[serial % 3] ?? null,
      outcome: serial % 10 === 0 ? 'upstream-error' : 'completed',
      durationMs: 7 + ((serial * 7919) % 400_000),
    },
    { requestBody: null, responseBody: null },
  ),
);

test('after retries, replays, a stop in the middle and three writers at once, the sums are those of the rows', async () => {
  const spools = [1, 2, 3].map(() => mkdtempSync(join(tmpdir(), 'storage-usage-')));
  const writers = spools.map((spoolDir) => world.createWriter({ spoolDir }));
  // Each record goes through two of the three, in different orders.
  for (const [at, record] of records.entries()) {
    writers[at % 3]?.append(record);
    writers[(at + 1) % 3]?.append(records[COUNT - 1 - at] ?? record);
  }
  // One goes down with what it has; its spool is taken up by the next.
  await writers[0]?.close(0);
  const [spoolDir = ''] = spools;
  const heir = world.createWriter({ spoolDir });
  await Promise.all([heir, ...writers.slice(1)].map((writer) => world.settled(writer)));
  await Promise.all([heir, ...writers.slice(1)].map((writer) => writer.close(5_000)));
  const report = await checkUsage(world.storage, { repair: false });
  expect(report).toEqual({ checkedDays: 4, checkedRows: COUNT, wrong: [] });
  for (const spool of spools) rmSync(spool, { recursive: true, force: true });
}, 60_000);

test('sums that are wrong are found, and made anew from the rows', async () => {
  const { pool } = world.storage;
  await pool.query(`update usage_hour set cost_nano = cost_nano - 1 where at = '2026-11-17T12:00:00Z'`);
  await pool.query(`delete from usage_day where at = '2026-11-18T00:00:00Z' and domain = 'team-1.example'`);
  await pool.query(`update usage_minute set duration_histogram = '{9}' where at = '2026-11-17T12:00:00Z'`);
  const found = await checkUsage(world.storage, { repair: true });
  expect(found.wrong.map(({ day, isRepaired }) => [day, isRepaired])).toEqual([
    ['2026-11-17', true],
    ['2026-11-18', true],
  ]);
  expect(found.wrong[0]?.wrongSums).toMatchObject({ usage_minute: 1 });
  expect((await checkUsage(world.storage, { repair: false })).wrong).toEqual([]);
});

test('where more was summed up than there are rows, the sums stay unless the rows are trusted', async () => {
  const { pool } = world.storage;
  await pool.query(`delete from usage where started_at < '2026-11-17T13:00:00Z'`);
  const kept = await checkUsage(world.storage, { repair: true });
  expect(kept.wrong).toMatchObject([{ day: '2026-11-17', isSurplus: true, isRepaired: false }]);
  await checkUsage(world.storage, { repair: true, trustRows: true });
  expect((await checkUsage(world.storage, { repair: false })).wrong).toEqual([]);
});
