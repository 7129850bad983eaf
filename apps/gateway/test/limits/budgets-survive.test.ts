import { afterAll, beforeAll, expect, test } from 'bun:test';
import { createClient } from '@nexus/contract';
import { CLAUDE_PRICES, toWorstCase } from '@nexus/core';
import { listBudgetStandings, openStorage, type Storage } from '@nexus/storage';
import {
  createTestDatabase,
  type FakeClaude,
  type GatewayProcess,
  startFakeClaude,
  startGatewayProcess,
  type TestDatabase,
} from '@nexus/testkit';
import { createDatabaseDoor, type DatabaseDoor } from '../recorder/database-door.ts';
import { waitFor } from '../support/wait-for.ts';

const MODEL = 'claude-opus-4-5';
const LIMIT_NANO = 50_000_000;
const AWAY_MS = 10_000;
const CALLERS = 20;

let database: TestDatabase;
let door: DatabaseDoor;
let fake: FakeClaude;
let storage: Storage;
const processes: GatewayProcess[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  door = await createDatabaseDoor(database.connection);
  fake = await startFakeClaude();
  const log = { info() {}, warn() {}, error() {} };
  storage = openStorage({ connection: database.connection, poolMax: 2, prepared: true, slowQueryMs: 60_000, log });
  for (let count = 0; count < 3; count += 1) processes.push(await start());
}, 180_000);
afterAll(async () => {
  await Promise.all(processes.map((gateway) => gateway.remove()));
  await storage.close();
  await fake.stop();
  await door.close();
  await database.drop();
}, 60_000);

async function start(dataDir?: string): Promise<GatewayProcess> {
  const { user, host, port, database: name } = door.connection;
  return startGatewayProcess({
    upstreamUrl: fake.url,
    databaseUrl: `postgres://${user}@${host}:${port}/${name}`,
    ...(dataDir === undefined ? {} : { dataDir }),
    settings: { ANTHROPIC_API_KEY: 'sk-ant-api03-stored', NEXUS_BUDGET_LEASE_SECONDS: '3', LOG_LEVEL: 'warn' },
  });
}

function toBody(text: string) {
  return JSON.stringify({ model: MODEL, max_tokens: 500, messages: [{ role: 'user', content: text }] });
}

/** One caller that asks whichever process answers until its budget is spent; gives how many calls went through. */
async function spend(key: string, serial: number): Promise<number> {
  const untilMs = performance.now() + 90_000;
  const body = toBody(`Caller ${serial}.`);
  const headers = {
    'x-api-key': key,
    'anthropic-version': '2023-06-01',
    'content-type': 'application/json',
    'x-fake-bytes': '1600',
  };
  let count = 0;
  for (let turn = serial; performance.now() < untilMs; turn += 1) {
    const url = `${processes[turn % processes.length]?.proxyUrl ?? ''}/v1/messages`;
    const answer = await fetch(url, { method: 'POST', headers, body }).catch(() => null);
    await answer?.arrayBuffer().catch(() => null);
    if (answer?.headers.get('x-nexus-error') === 'budget-spent') return count;
    if (answer?.status === 200) count += 1;
    else await Bun.sleep(50);
  }
  throw new Error('the budget was never spent');
}

async function standing() {
  const [budget] = await listBudgetStandings(storage, Date.now());
  return budget;
}

test('twenty callers, three processes, the database away for 10 s and a killed process overspend by one call at most', async () => {
  const [first] = processes;
  if (first === undefined) throw new Error('three processes were started');
  const client = createClient({ baseUrl: first.proxyUrl, fetch, headers: { 'x-dashboard-key': first.dashboardKey } });
  const { key, keyId } = await client.perform('key.create', { name: 'spender' });
  await client.perform('budget.set', {
    subjectKind: 'key',
    subject: keyId,
    period: 'month',
    limitNanoDollars: LIMIT_NANO,
  });
  for (const gateway of processes) {
    await waitFor('its key and its budget to be known', async () => {
      const batches = `${gateway.proxyUrl}/v1/messages/batches`;
      const answer = await fetch(batches, { method: 'POST', headers: { 'x-api-key': key }, body: toBody('Known?') });
      await answer.arrayBuffer();
      return answer.headers.get('x-nexus-error') === 'budget-unbounded';
    });
  }

  const spending = Promise.all(Array.from({ length: CALLERS }, (_, serial) => spend(key, serial)));
  await Bun.sleep(150);
  door.shut();
  await Bun.sleep(AWAY_MS);
  door.open();
  await Bun.sleep(300);
  const killed = processes[2];
  await killed?.kill();
  processes[2] = await start(killed?.dataDir);
  const passed = (await spending).reduce((sum, count) => sum + count, 0);

  const sum = async () => {
    const { rows } = await storage.pool.query<{ count: number; cost: number }>(
      'select count(*) as count, coalesce(sum(cost_nano), 0)::bigint as cost from request where key_id = $1 and status = 200',
      [keyId],
    );
    return rows[0] ?? { count: 0, cost: 0 };
  };
  await waitFor('every call to be recorded', async () => (await sum()).count >= passed);
  await waitFor('every reservation to be settled', async () => (await standing())?.reservedNano === 0);
  const { cost } = await sum();
  const bytes = toBody('Caller 19.').length;
  const call = { model: MODEL, atMs: Date.now(), inputTokensMax: bytes, outputTokensMax: 500, fast: false };
  const worst = toWorstCase(CLAUDE_PRICES, call);
  expect(cost).toBeGreaterThan(0);
  expect(cost).toBeLessThan(LIMIT_NANO + worst);
  // Of a call that nobody saw the end of, the worst case counts; nothing that was spent is missing.
  expect((await standing())?.spentNano).toBeGreaterThanOrEqual(cost);
  expect((await standing())?.spentNano).toBeLessThan(LIMIT_NANO + worst);
}, 180_000);
