import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from 'bun:test';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '@nexus/config';
import { openStorage, type Storage } from '@nexus/storage';
import { createSilentLogger } from '@nexus/telemetry';
import { createTestDatabase, type TestDatabase } from '@nexus/testkit';
import type { MintedToken } from '../../src/accounts/credentials/mint.ts';
import { createRefreshLock } from '../../src/accounts/credentials/refresh-lock.ts';

let database: TestDatabase;
let folder: string;
const open: Storage[] = [];
const TOKEN: MintedToken = { value: new Secret('t'), expiresAtMs: null, mintedAtMs: null };

beforeAll(async () => {
  database = await createTestDatabase();
}, 120_000);

afterAll(() => database.drop());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-lock-'));
  await Bun.write(join(folder, 'one', 'x.credentials.json'), '{}');
  await mkdir(join(folder, 'two'));
  await cp(join(folder, 'one', 'x.credentials.json'), join(folder, 'two', 'x.credentials.json'));
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((storage) => storage.close()));
  await rm(folder, { recursive: true });
});

function connect(connection = database.connection): Storage {
  const storage = openStorage({
    connection,
    poolMax: 2,
    prepared: true,
    slowQueryMs: 60_000,
    log: createSilentLogger(),
  });
  open.push(storage);
  return storage;
}

/** A gateway on a machine of its own: it sees its own copy of the folder. */
function lockOf(machine: 'one' | 'two', storage: () => Storage | null) {
  const lock = createRefreshLock(storage, createSilentLogger());
  return (work: () => Promise<MintedToken>) =>
    lock({ path: join(folder, machine, 'x.credentials.json'), accountId: 'ada' }, work);
}

/** The most that were inside at once, of many who want in through these locks. */
async function countTogether(locks: readonly ReturnType<typeof lockOf>[]): Promise<number> {
  let inside = 0;
  let most = 0;
  const work = async (): Promise<MintedToken> => {
    inside += 1;
    most = Math.max(most, inside);
    // A turn of the loop, in which anybody else could get in.
    await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
    return TOKEN;
  };
  await Promise.all([...locks, ...locks, ...locks].map((lock) => lock(work)));
  return most;
}

test('gateways on one machine refresh one after the other, without a database', async () => {
  expect(await countTogether([lockOf('one', () => null), lockOf('one', () => null)])).toBe(1);
});

test('gateways on two machines do so by the database that they share', async () => {
  const [one, two] = [connect(), connect()];
  expect(await countTogether([lockOf('one', () => one), lockOf('two', () => two)])).toBe(1);
});

test('with the database away a login is refreshed all the same', async () => {
  const away = connect({ ...database.connection, database: 'no_such_database' });
  expect(await countTogether([lockOf('one', () => away)])).toBe(1);
});

test('work that fails flies as it is, and lets the next one in', async () => {
  const lock = lockOf('one', () => null);
  const failed = await lock(() => Promise.reject(new Error('broken'))).catch(String);
  expect(failed).toBe('Error: broken');
  expect(await lock(async () => TOKEN)).toBe(TOKEN);
});
