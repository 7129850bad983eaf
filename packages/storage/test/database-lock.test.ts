import { afterAll, beforeAll, expect, test } from 'bun:test';
import { createSilentLogger } from '@nexus/telemetry';
import { createTestDatabase, type TestDatabase } from '@nexus/testkit';
import { openStorage, type Storage, withDatabaseLock } from '../src/index.ts';

let database: TestDatabase;
/** Two programs on one database. */
let one: Storage;
let other: Storage;

beforeAll(async () => {
  database = await createTestDatabase();
  [one, other] = [open(), open()];
});

afterAll(async () => {
  await Promise.all([one.close(), other.close()]);
  await database.drop();
});

function open(): Storage {
  const { connection } = database;
  return openStorage({ connection, poolMax: 4, prepared: true, slowQueryMs: 60_000, log: createSilentLogger() });
}

const ADA = { name: 'ada', waitMsMax: 10_000 };

test('two programs that want the same name go one after the other', async () => {
  let inside = 0;
  const work = async (): Promise<number> => {
    inside += 1;
    const seen = inside;
    await other.db.selectNoFrom((eb) => eb.lit(1).as('one')).execute();
    inside -= 1;
    return seen;
  };
  const seen = await Promise.all([one, other, one, other].map((storage) => withDatabaseLock(storage, ADA, work)));
  expect(seen).toEqual([1, 1, 1, 1]);
});

test('other names do not wait, and whoever waits too long is told', async () => {
  const result = await withDatabaseLock(one, ADA, async () => {
    const free = await withDatabaseLock(other, { name: 'grace', waitMsMax: 10_000 }, async () => 'free');
    const held = await withDatabaseLock(other, { name: 'ada', waitMsMax: 20 }, async () => 'in').catch(
      (error: unknown) => error,
    );
    return { free, held };
  });
  expect(result).toMatchObject({ free: 'free', held: { code: 'lock-timeout' } });
});

test('work that fails gives the lock back', async () => {
  const failed = await withDatabaseLock(one, ADA, () => Promise.reject(new Error('broken'))).catch(String);
  expect(failed).toBe('Error: broken');
  expect(await withDatabaseLock(other, ADA, async () => 'in')).toBe('in');
});
