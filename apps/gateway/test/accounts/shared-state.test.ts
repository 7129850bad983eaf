import { afterAll, beforeAll, expect, test } from 'bun:test';
import { openStorage } from '@nexus/storage';
import { createSilentLogger } from '@nexus/telemetry';
import { createTestDatabase, type TestDatabase } from '@nexus/testkit';
import type { TestGateway } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';
import { type PoolEntry, type PoolOptions, listAsked, startPoolGateway, toStates } from './pool-gateway.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

/** One of several gateways on the same database. */
async function start(accounts: readonly PoolEntry[], options: PoolOptions = {}): Promise<TestGateway> {
  const env = { STORAGE_ENABLED: 'true', DATABASE_URL: database.url };
  const gw = await startPoolGateway(accounts, { ...options, env: { ...env, ...options.env } });
  expect(await gw.gateway.ready).toBe(true);
  return gw;
}

test('what one process finds out of an account, the others know within a second or two', async () => {
  const accounts = [{ id: 'shared-one' }, { id: 'shared-two', priority: 1 }];
  await using one = await start(accounts);
  await using other = await start(accounts);
  expect((await one.send('fake-429-retry-600+times-1')).status).toBe(200);
  expect(toStates(one)).toEqual({ 'shared-one': 'resting', 'shared-two': 'healthy' });
  await waitFor('the other process to know', () => toStates(other)['shared-one'] === 'resting');
  await (await other.send('fake-text')).text();
  expect(listAsked(other)).toEqual(['shared-two']);
  await one.gateway.accounts.resume('shared-one');
  await waitFor('the other process to know that it is well', () => toStates(other)['shared-one'] === 'healthy');
});

test('a pause outlives a restart and holds in every process', async () => {
  const accounts = [{ id: 'paused-one' }, { id: 'paused-two' }];
  {
    await using one = await start(accounts);
    await using other = await start(accounts);
    expect(await one.gateway.accounts.pause('paused-one')).toMatchObject({ state: 'paused' });
    await waitFor('the other process to pause it', () => toStates(other)['paused-one'] === 'paused');
  }
  await using again = await start(accounts);
  await waitFor('the pause to be read', () => toStates(again)['paused-one'] === 'paused');
});

test('a state that another version wrote is left alone, and its account serves', async () => {
  const storage = openStorage({
    connection: database.connection,
    poolMax: 1,
    prepared: true,
    slowQueryMs: 5_000,
    log: createSilentLogger(),
  });
  const strange = { health: { kind: 'meditating' }, modelRests: [{ scope: 'opus', untilMs: 9e15 }] };
  await storage.pool.query(
    'insert into account_state (account_id, state, changed_at, changed_by) values ($1, $2, now(), gen_random_uuid())',
    ['strange-one', JSON.stringify(strange)],
  );
  await storage.close();
  await using gw = await start([{ id: 'strange-one' }, { id: 'strange-two', priority: 1 }]);
  await gw.gateway.accounts.pause('strange-two');
  expect((await gw.send('fake-text')).status).toBe(200);
  expect(toStates(gw)).toEqual({ 'strange-one': 'healthy', 'strange-two': 'paused' });
});

test('processes that share a pool take turns from it evenly', async () => {
  const accounts = ['turn-a', 'turn-b', 'turn-c'].map((id) => ({ id }));
  await using one = await start(accounts, { strategy: 'round-robin' });
  await using other = await start(accounts, { strategy: 'round-robin' });
  for (let round = 0; round < 30; round += 1) {
    await (await one.send('fake-text')).text();
    await (await other.send('fake-text')).text();
  }
  for (const gw of [one, other]) {
    const counts = Map.groupBy(listAsked(gw), (id) => id);
    for (const asked of counts.values()) expect(asked.length).toBeWithin(9, 12);
  }
});

test('an account that was refused before a restart is asked again after it: somebody may have mended it', async () => {
  const accounts = [
    { id: 'refused-one', meets: { '401': '' } },
    { id: 'refused-two', priority: 1 },
  ];
  {
    await using one = await start(accounts);
    await (await one.send('fake-text')).text();
    expect(toStates(one)['refused-one']).toBe('auth-failed');
    await one.gateway.accounts.resume('unknown');
  }
  await using again = await start([{ id: 'refused-one' }, { id: 'refused-two', priority: 1 }]);
  await (await again.send('fake-text')).text();
  expect(listAsked(again)).toEqual(['refused-one']);
});
