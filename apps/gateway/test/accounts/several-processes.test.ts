import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient } from '@nexus/contract';
import {
  createTestDatabase,
  type FakeClaude,
  findRedisServer,
  type GatewayProcess,
  startFakeClaude,
  startGatewayProcess,
  startTestRedis,
} from '@nexus/testkit';
import { toMessagesRequest } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';
import { toPoolFile } from './pool-gateway.ts';

// Several whole gateways each: on a busy machine they take their time to start.
setDefaultTimeout(120_000);

let fake: FakeClaude;
const closing: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  fake = await startFakeClaude();
  closing.push(() => fake.stop());
});
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
}, 60_000);

async function start(settings: Readonly<Record<string, string>>, databaseUrl: string): Promise<GatewayProcess> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'nexus-gateway-'));
  const pool = toPoolFile([{ id: 'first' }, { id: 'second', priority: 1 }]);
  await Bun.write(path.join(dataDir, 'credentials', 'default.credentials.json'), pool);
  const gateway = await startGatewayProcess({
    upstreamUrl: fake.url,
    databaseUrl,
    dataDir,
    settings: { LOG_LEVEL: 'warn', ...settings },
  });
  closing.push(() => gateway.remove());
  return gateway;
}

/** How `first` is, as this process sees it. */
async function stateOfFirst({ proxyUrl, dashboardKey }: GatewayProcess): Promise<string | undefined> {
  const client = createClient({ baseUrl: proxyUrl, fetch, headers: { 'x-dashboard-key': dashboardKey } });
  const { accounts } = await client.perform('account.list', {});
  return accounts.find(({ accountId }) => accountId === 'first')?.state;
}

/** Which accounts were asked for one request. */
async function send({ proxyUrl }: GatewayProcess, model = 'fake-text'): Promise<readonly (string | undefined)[]> {
  fake.reset();
  const answer = await fetch(`${proxyUrl}/v1/messages`, toMessagesRequest(model));
  await answer.arrayBuffer();
  return fake.requests.map((request) => request.header('x-api-key')?.replace('sk-ant-api03-of-', ''));
}

async function tellEachOther(settings: Readonly<Record<string, string>>, databaseUrl: string): Promise<void> {
  const one = await start(settings, databaseUrl);
  const other = await start(settings, databaseUrl);
  expect(await send(one, 'fake-429-retry-600+times-1')).toEqual(['first', 'second']);
  await waitFor('the other process to know', async () => (await stateOfFirst(other)) === 'resting');
  expect(await send(other)).toEqual(['second']);
  // What it found out outlives it.
  await one.kill();
  const late = await start(settings, databaseUrl);
  await waitFor('a new process to know', async () => (await stateOfFirst(late)) === 'resting');
  expect(await send(late)).toEqual(['second']);
}

test('what a process on the same database found out the others go by, also once it was killed', async () => {
  const database = await createTestDatabase();
  closing.push(() => database.drop());
  await tellEachOther({}, database.url);
}, 120_000);

test.skipIf(findRedisServer() === null)(
  'the same with Redis and no database at all',
  async () => {
    const redis = await startTestRedis();
    closing.push(() => redis.stop());
    await tellEachOther({ REDIS_URL: redis.url, STORAGE_ENABLED: 'false' }, 'postgres://nobody@127.0.0.1:1/none');
  },
  120_000,
);
