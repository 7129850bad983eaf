import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import {
  findRequest,
  listConversations,
  listRequests,
  loadStorageStats,
  loadUsageReport,
  rebuildRequestBody,
  USAGE_SUM_NAMES,
} from '../src/index.ts';
import { hasOldestPostgres, startOldestPostgres } from './oldest-postgres.ts';
import { buildBody, buildRecord, NOON_MS, toId } from './record.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

/** Turns of one conversation, a second apart. */
const RECORDS = Array.from({ length: 12 }, (_, index) => {
  const startedAtMs = NOON_MS + index * 1_000;
  const texts = Array.from({ length: index + 1 }, (_text, turn) => `turn ${turn}: ${'words '.repeat(50)}`);
  return buildRecord(index, { startedAtMs, requestId: toId(startedAtMs, index) }, { requestBody: buildBody(texts) });
});

describe.skipIf(!hasOldestPostgres)('on PostgreSQL 15 (where /usr/lib/postgresql/15 is)', () => {
  let world: WriterWorld;
  beforeAll(async () => {
    world = await createWriterWorld(startOldestPostgres);
    const writer = world.createWriter();
    for (const record of RECORDS) writer.append(record);
    await world.settled(writer);
  }, 120_000);
  afterAll(() => world.drop(), 60_000);

  test('it is that version, migrated to the newest schema', async () => {
    const { rows } = await world.storage.pool.query(
      `select current_setting('server_version_num')::int / 10000 as major`,
    );
    expect(rows).toEqual([{ major: 15 }]);
    expect((await loadStorageStats(world.storage)).requestCount).toBe(RECORDS.length);
  });

  test('what was recorded is listed, and its bodies come back byte for byte', async () => {
    const { requests } = await listRequests(world.storage, { limit: 100 });
    expect(requests.map(({ requestId }) => requestId)).toEqual(
      RECORDS.map(({ facts }) => facts.requestId).toReversed(),
    );
    for (const { facts, payload } of RECORDS) {
      const body = await rebuildRequestBody(world.storage, facts.requestId);
      expect(Buffer.from(body?.bytes ?? []).equals(Buffer.from(payload.requestBody ?? []))).toBe(true);
    }
    const { conversations } = await listConversations(world.storage, { limit: 10 });
    expect(conversations.map(({ facts }) => facts.requestCount)).toEqual([RECORDS.length]);
    expect((await findRequest(world.storage, RECORDS[3]?.facts.requestId ?? ''))?.facts.model).toBe(
      'claude-sonnet-4-5',
    );
  });

  test('usage adds up', async () => {
    const { rows } = await loadUsageReport(world.storage, {
      fromMs: NOON_MS - 86_400_000,
      toMs: NOON_MS + 86_400_000,
      step: 'hour',
      tz: 'Europe/Berlin',
      by: 'model',
      groupsMax: 10,
      filter: {},
      nowMs: NOON_MS + 60_000,
      sums: USAGE_SUM_NAMES,
    });
    expect(rows.reduce((sum, row) => sum + row.requestCount, 0)).toBe(RECORDS.length);
  });
});
