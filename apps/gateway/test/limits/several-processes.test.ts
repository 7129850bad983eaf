import { afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { createClient } from '@nexus/contract';
import {
  createTestDatabase,
  type FakeClaude,
  findRedisServer,
  type GatewayProcess,
  startFakeClaude,
  startGatewayProcess,
  startTestRedis,
  until,
} from '@nexus/testkit';
import { waitFor } from '../support/wait-for.ts';

// Several whole gateways each: on a busy machine they take their time to start.
setDefaultTimeout(120_000);

const REQUESTS = 10_000;
const CALLERS = 50;

let fake: FakeClaude;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  fake = await startFakeClaude();
  return () => fake.stop();
});
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
}, 60_000);

async function startTwo(
  settings: Readonly<Record<string, string>>,
  databaseUrl = 'postgres://nobody@127.0.0.1:1/none',
) {
  const processes = await Promise.all(
    [1, 2].map(() =>
      startGatewayProcess({
        upstreamUrl: fake.url,
        databaseUrl,
        settings: {
          STORAGE_ENABLED: 'false',
          ANTHROPIC_API_KEY: 'sk-ant-api03-stored',
          LOG_LEVEL: 'warn',
          // What is counted here is what is admitted, and not how soon a busy machine lets Redis answer.
          NEXUS_REDIS_TIMEOUT_MS: '10000',
          ...settings,
        },
      }),
    ),
  );
  for (const gateway of processes) closing.push(() => gateway.remove());
  return processes;
}

/** Fifty callers of one address that ask both processes; gives how many calls went through, and in how many seconds. */
async function rush(processes: readonly GatewayProcess[], requests = REQUESTS) {
  const body = JSON.stringify({ model: 'fake-text', max_tokens: 10, messages: [{ role: 'user', content: 'Hello.' }] });
  const headers = { 'anthropic-version': '2023-06-01', 'content-type': 'application/json' };
  let sent = 0;
  let admitted = 0;
  const refusals = new Set<string | null>();
  async function call(serial: number): Promise<void> {
    while (sent < requests) {
      sent += 1;
      const { proxyUrl = '' } = processes[(serial + sent) % processes.length] ?? {};
      const answer = await fetch(`${proxyUrl}/v1/messages`, { method: 'POST', headers, body });
      await answer.arrayBuffer();
      if (answer.status === 200) admitted += 1;
      else refusals.add(answer.headers.get('x-nexus-error'));
    }
  }
  const startMs = performance.now();
  await Promise.all(Array.from({ length: CALLERS }, (_, serial) => call(serial)));
  return { admitted, refusals: [...refusals], seconds: (performance.now() - startMs) / 1_000 };
}

async function startRedis() {
  const redis = await startTestRedis();
  closing.push(() => redis.stop());
  return redis;
}

async function untilRedis(processes: readonly GatewayProcess[], state: string): Promise<void> {
  for (const gateway of processes) {
    await waitFor(`Redis to be ${state}`, async () => {
      const answer = await fetch(`${gateway.proxyUrl}/readyz`);
      const told: unknown = await answer.json();
      return JSON.stringify(told).includes(`"redis":"${state}"`);
    });
  }
}

const oneADay = (max: number) => ({
  RATE_LIMIT_ENABLED: 'true',
  RATE_LIMIT_REQUESTS: `${max}`,
  RATE_LIMIT_WINDOW: '86400',
});

describe.skipIf(findRedisServer() === null)('two processes with Redis', () => {
  test('admit exactly what one bucket holds, of 10,000 requests by 50 callers', async () => {
    const redis = await startRedis();
    const processes = await startTwo({ REDIS_URL: redis.url, ...oneADay(700) });
    await untilRedis(processes, 'ok');
    const { admitted, refusals, seconds } = await rush(processes);
    // One more is paid off every 123 s, which no machine should need.
    expect(admitted).toBeWithin(700, 701 + Math.floor((seconds * 700) / 86_400));
    expect(refusals).toEqual(['rate-limited']);
  }, 180_000);

  test('admit what a bucket holds and what was paid off meanwhile, to one request', async () => {
    const redis = await startRedis();
    const settings = { RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_REQUESTS: '600', RATE_LIMIT_WINDOW: '6' };
    const processes = await startTwo({ REDIS_URL: redis.url, ...settings });
    await untilRedis(processes, 'ok');
    const { admitted, seconds } = await rush(processes, 4_000);
    expect(admitted).toBeGreaterThan(600);
    expect(admitted).toBeLessThanOrEqual(600 + Math.floor(seconds * 100) + 1);
  }, 180_000);

  test('count by themselves while Redis is away, and together again once it is back', async () => {
    const redis = await startRedis();
    const processes = await startTwo({ REDIS_URL: redis.url, ...oneADay(50) });
    await untilRedis(processes, 'ok');
    expect((await rush(processes, 200)).admitted).toBe(50);
    await redis.kill();
    await untilRedis(processes, 'away');
    expect((await rush(processes, 400)).admitted).toBe(100);
    await redis.restart();
    await untilRedis(processes, 'ok');
    // It begins anew, and so does what it counts.
    expect((await rush(processes, 200)).admitted).toBe(50);
  }, 60_000);

  test('refuse callers with limits while Redis is away, where they are to fail closed', async () => {
    const redis = await startRedis();
    const processes = await startTwo({ REDIS_URL: redis.url, NEXUS_LIMITS_FAIL: 'closed', ...oneADay(50) });
    await untilRedis(processes, 'ok');
    await redis.kill();
    await untilRedis(processes, 'away');
    expect(await rush(processes, 60)).toMatchObject({ admitted: 0, refusals: ['limit-unknown'] });
    await redis.restart();
    await untilRedis(processes, 'ok');
    expect((await rush(processes, 60)).admitted).toBe(50);
  }, 60_000);

  test('give the places of a killed process to others', async () => {
    const redis = await startRedis();
    const database = await createTestDatabase();
    closing.push(() => database.drop());
    const [dying, living] = await startTwo({ REDIS_URL: redis.url, STORAGE_ENABLED: 'true' }, database.url);
    if (dying === undefined || living === undefined) throw new Error('two were started');
    await untilRedis([dying, living], 'ok');
    const client = createClient({
      baseUrl: dying.proxyUrl,
      fetch,
      headers: { 'x-dashboard-key': dying.dashboardKey },
    });
    const { key } = await client.perform('key.create', { name: 'laptop', limits: { concurrent: 1 } });
    expect((await client.perform('limit.list', {})).redis).toBe('ok');
    const send = (to: GatewayProcess, model: string): Promise<Response> =>
      fetch(`${to.proxyUrl}/v1/messages`, {
        method: 'POST',
        headers: { 'anthropic-version': '2023-06-01', 'content-type': 'application/json', 'x-api-key': key },
        body: JSON.stringify({ model, max_tokens: 10, messages: [{ role: 'user', content: 'Hello.' }] }),
      });
    const status = async (): Promise<number> => {
      const answer = await send(living, 'fake-text');
      await answer.arrayBuffer();
      return answer.status;
    };
    await waitFor('both to know the key', async () => {
      const other = await send(dying, 'fake-text');
      await other.arrayBuffer();
      return other.status === 200 && (await status()) === 200;
    });
    // The limit is known within a second, so that at first several get through; one that is over may hold its place for a moment.
    await waitFor('the only place to be taken', async () => {
      void send(dying, 'fake-headers-after-60000').catch(() => {});
      for (let times = 0; times < 5; times += 1) if ((await status()) !== 429) return false;
      return true;
    });
    await dying.kill();
    // Its lease alone is six seconds.
    await until('the place to be free', async () => (await status()) === 200 || null, 30_000);
  }, 60_000);
});

test('two processes without Redis admit twice what one bucket holds, and no more', async () => {
  const processes = await startTwo(oneADay(150));
  expect((await rush(processes, 1_500)).admitted).toBe(300);
}, 60_000);
