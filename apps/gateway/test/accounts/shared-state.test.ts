import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { openStorage } from '@nexus/storage';
import { createSilentLogger } from '@nexus/telemetry';
import { createTestDatabase, findRedisServer, startTestRedis, type TestDatabase, type TestRedis } from '@nexus/testkit';
import type { TestGateway } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';
import { type PoolEntry, type PoolOptions, listAsked, startPoolGateway, toStates } from './pool-gateway.ts';

// Several whole gateways each: on a busy machine they take their time to start.
setDefaultTimeout(120_000);

/** What processes share. */
type Shared = 'PostgreSQL' | 'Redis' | 'PostgreSQL and Redis';

let database: TestDatabase;
let redis: TestRedis | null = null;
beforeAll(async () => {
  database = await createTestDatabase();
  if (findRedisServer() !== null) redis = await startTestRedis();
});
afterAll(async () => {
  await redis?.stop();
  await database.drop();
});

function toEnvironment(shared: Shared): Readonly<Record<string, string>> {
  const toDatabase = { STORAGE_ENABLED: 'true', DATABASE_URL: database.url };
  return {
    ...(shared === 'Redis' ? {} : toDatabase),
    ...(shared === 'PostgreSQL'
      ? {}
      : {
          REDIS_URL: redis?.url ?? '',
          NEXUS_REDIS_PREFIX: shared.replaceAll(' ', '-'),
          // A busy machine may let Redis answer late, and then each process takes turns by itself.
          NEXUS_REDIS_TIMEOUT_MS: '10000',
        }),
  };
}

/** One of several gateways that share this. */
async function start(shared: Shared, accounts: readonly PoolEntry[], options: PoolOptions = {}): Promise<TestGateway> {
  const gw = await startPoolGateway(accounts, { ...options, env: { ...toEnvironment(shared), ...options.env } });
  expect(await gw.gateway.ready).toBe(true);
  if (shared !== 'PostgreSQL') {
    await waitFor('Redis to be there', async () =>
      (await (await fetch(`${gw.url}/readyz`)).text()).includes('"redis":"ok"'),
    );
  }
  return gw;
}

/** One turn of a conversation; gives which account answered it. */
async function sendTurn(gw: TestGateway, session: string, model = 'fake-text'): Promise<string | undefined> {
  await (await gw.send(model, { headers: { 'x-claude-code-session-id': session } })).text();
  return listAsked(gw).at(-1);
}

/** Whether nobody would ask this account now. */
function isAway(gw: TestGateway, id: string): boolean {
  const account = gw.gateway.accounts.list().find((each) => each.id === id);
  return (account?.untilMs ?? 0) > Date.now();
}

const SHARED: readonly Shared[] =
  findRedisServer() === null ? ['PostgreSQL'] : ['PostgreSQL', 'Redis', 'PostgreSQL and Redis'];

describe.each(SHARED)('processes that share %s', (shared) => {
  test('what one process finds out of an account, the others know within a second', async () => {
    const accounts = [{ id: 'shared-one' }, { id: 'shared-two', priority: 1 }];
    await using one = await start(shared, accounts);
    await using other = await start(shared, accounts);
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
      await using one = await start(shared, accounts);
      await using other = await start(shared, accounts);
      expect(await one.gateway.accounts.pause('paused-one')).toMatchObject({ state: 'paused' });
      await waitFor('the other process to pause it', () => toStates(other)['paused-one'] === 'paused');
    }
    await using again = await start(shared, accounts);
    await waitFor('the pause to be read', () => toStates(again)['paused-one'] === 'paused');
  });

  test('processes that share a pool take turns from it evenly', async () => {
    const accounts = ['turn-a', 'turn-b', 'turn-c'].map((id) => ({ id }));
    await using one = await start(shared, accounts, { strategy: 'round-robin' });
    await using other = await start(shared, accounts, { strategy: 'round-robin' });
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
      await using one = await start(shared, accounts);
      await (await one.send('fake-text')).text();
      expect(toStates(one)['refused-one']).toBe('auth-failed');
      await one.gateway.accounts.resume('unknown');
    }
    await using again = await start(shared, [{ id: 'refused-one' }, { id: 'refused-two', priority: 1 }]);
    await (await again.send('fake-text')).text();
    expect(listAsked(again)).toEqual(['refused-one']);
  });

  test('a conversation that was moved in one process stays moved in the others, also when its account is back', async () => {
    const accounts = ['move-a', 'move-b', 'move-c'].map((id) => ({ id }));
    await using one = await start(shared, accounts);
    await using other = await start(shared, accounts);
    const home = (await sendTurn(one, 'moving')) ?? '';
    expect(await sendTurn(other, 'moving')).toBe(home);
    one.fake.script([{ behave: '429-retry-600' }]);
    const place = (await sendTurn(one, 'moving')) ?? '';
    expect(place).not.toBe(home);
    await waitFor('the other process to know that its account rests', () => toStates(other)[home] === 'resting');
    expect(await sendTurn(other, 'moving')).toBe(place);

    await one.gateway.accounts.resume(home);
    await using late = await start(shared, accounts);
    await waitFor('all to know that its account is back', () =>
      [one, other, late].every((gw) => toStates(gw)[home] === 'healthy'),
    );
    // What is told last is heard last: then a process that has just begun knows everything.
    const bystander = accounts.find(({ id }) => id !== home && id !== place)?.id ?? '';
    await one.gateway.accounts.pause(bystander);
    await waitFor('the new process to hear', () => toStates(late)[bystander] === 'paused');
    await one.gateway.accounts.resume(bystander);
    await waitFor('the new process to hear again', () => toStates(late)[bystander] === 'healthy');
    for (const gw of [one, other, late]) expect(await sendTurn(gw, 'moving')).toBe(place);
  });

  test('what one process cannot connect to, the others do not all try', async () => {
    const accounts = [
      { id: 'lost-one', baseUrl: 'http://127.0.0.1:1' },
      { id: 'lost-two', priority: 1 },
    ];
    await using one = await start(shared, accounts);
    await using other = await start(shared, accounts);
    for (let times = 0; times < 2; times += 1) expect(await sendTurn(one, `lost-${times}`)).toBe('lost-two');
    expect(isAway(one, 'lost-one')).toBe(true);
    await waitFor('the other process to know', () => isAway(other, 'lost-one'));
    const answer = await other.send('fake-text');
    await answer.text();
    // It did not try first.
    expect([answer.status, answer.headers.get('x-nexus-attempts')]).toEqual([200, null]);
  });
});

test.skipIf(findRedisServer() === null)(
  'a pause that was read in PostgreSQL ends by what Redis tells, though Redis never told of the pause',
  async () => {
    const accounts = [{ id: 'kept-pause-one' }, { id: 'kept-pause-two' }];
    await using before = await start('PostgreSQL', accounts);
    await before.gateway.accounts.pause('kept-pause-one');
    await using one = await start('PostgreSQL and Redis', accounts);
    await using other = await start('PostgreSQL and Redis', accounts);
    for (const gw of [one, other]) {
      await waitFor('both to read of the pause', () => toStates(gw)['kept-pause-one'] === 'paused');
    }
    await one.gateway.accounts.resume('kept-pause-one');
    await waitFor('the other to hear that it is over', () => toStates(other)['kept-pause-one'] === 'healthy');
  },
);

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
    "insert into shared_state (kind, id, state, changed_at, changed_by) values ('account', $1, $2, now(), gen_random_uuid())",
    ['strange-one', JSON.stringify(strange)],
  );
  await storage.close();
  await using gw = await start('PostgreSQL', [{ id: 'strange-one' }, { id: 'strange-two', priority: 1 }]);
  await gw.gateway.accounts.pause('strange-two');
  expect((await gw.send('fake-text')).status).toBe(200);
  expect(toStates(gw)).toEqual({ 'strange-one': 'healthy', 'strange-two': 'paused' });
});

test.skipIf(findRedisServer() === null)('a Redis that lost its memory is told again who is paused', async () => {
  const forgetful = await startTestRedis();
  {
    const accounts = [{ id: 'kept-one' }, { id: 'kept-two' }];
    const env = { REDIS_URL: forgetful.url };
    await using one = await start('Redis', accounts, { env });
    await using other = await start('Redis', accounts, { env });
    await one.gateway.accounts.pause('kept-one');
    await waitFor('the other process to pause it', () => toStates(other)['kept-one'] === 'paused');
    await forgetful.restart();
    await using late = await start('Redis', accounts, { env });
    await waitFor('the new process to pause it', () => toStates(late)['kept-one'] === 'paused');
    await one.gateway.accounts.resume('kept-one');
    await waitFor('all to resume it', () => [one, other, late].every((gw) => toStates(gw)['kept-one'] === 'healthy'));
  }
  await forgetful.stop();
});
