import { afterAll, beforeAll, expect, test } from 'bun:test';
import { createSilentLogger } from '@nexus/telemetry';
import { createTestDatabase, type TestDatabase } from '@nexus/testkit';
import type { Link } from '@nexus/core';
import type { PoolClient } from 'pg';
import { ensurePartitions, openStorage, type Storage } from '../src/index.ts';
import { linkRecords, type LinkedRecords } from '../src/linking/link-records.ts';
import { FAMILY_MAX } from '../src/linking/load-family.ts';
import { TAIL_MAX } from '../src/linking/load-tail.ts';
import { createInsertRows } from '../src/writer/insert-rows.ts';
import { BEGIN_WRITE } from '../src/writer/write-batch.ts';
import { buildLateFork, fillConversations, type MadeUp } from './fill-conversations.ts';
import { NOON_MS } from './record.ts';

let database: TestDatabase;
let storage: Storage;
let client: PoolClient;
beforeAll(async () => {
  database = await createTestDatabase();
  const log = createSilentLogger();
  storage = openStorage({ connection: database.connection, poolMax: 1, prepared: true, slowQueryMs: 60_000, log });
  await ensurePartitions(storage, NOON_MS);
  client = await storage.pool.connect();
}, 60_000);
afterAll(async () => {
  client.release();
  await storage.close();
  await database.drop();
});

/** Links a request that forks from the `serial`-th turn of one long conversation, after all of it was stored. */
async function linkLate(madeUp: MadeUp, serial: number): Promise<LinkedRecords & { readonly link: Link | undefined }> {
  const late = buildLateFork(madeUp, serial);
  await client.query(BEGIN_WRITE);
  const linked = await linkRecords({ client, insert: createInsertRows({ prepared: true }), prepared: true }, [late]);
  await client.query('rollback');
  return { ...linked, link: linked.links.get(late.requestId) };
}

const LONG: MadeUp = { name: 'long', domain: 'long.example', requests: TAIL_MAX + 1_000, turns: TAIL_MAX + 1_000 };
const ENDLESS: MadeUp = { name: 'endless', domain: 'endless.example', requests: FAMILY_MAX + 1, turns: FAMILY_MAX + 1 };

test('a late turn near the end of a long conversation takes its place, and only who comes after it moves', async () => {
  await fillConversations(client, LONG);
  const serial = LONG.requests - 10;
  const { link, changes } = await linkLate(LONG, serial);
  expect(link).toMatchObject({ relation: 'continues', branch: 'main', depth: serial + 2 });
  // The turn that went on from there before is a fork of it now, with all that follows on its branch.
  expect(changes).toHaveLength(9);
  expect(changes[0]?.change.after.relation).toBe('forks');
}, 60_000);

test('a late turn at its beginning makes the whole conversation be linked anew', async () => {
  const { link, changes } = await linkLate(LONG, 1);
  expect(link).toMatchObject({ relation: 'continues', branch: 'main', depth: 3 });
  expect(changes.length).toBeGreaterThanOrEqual(LONG.requests - 2);
}, 60_000);

test('in a conversation that is too long to be linked anew a late turn stands behind its parent, and nobody moves', async () => {
  await fillConversations(client, ENDLESS);
  const { link, changes } = await linkLate(ENDLESS, 1);
  expect(link).toMatchObject({ relation: 'forks', depth: 3 });
  expect(changes).toEqual([]);
}, 60_000);
