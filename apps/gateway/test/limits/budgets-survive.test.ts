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
  until,
} from '@nexus/testkit';
import { createDatabaseDoor, type DatabaseDoor } from '../recorder/database-door.ts';
import { type ClaudeGate, createClaudeGate } from './claude-gate.ts';

const MODEL = 'claude-haiku-4-5';
const LIMIT_NANO = 50_000_000;
const AWAY_MS = 10_000;
const CALLERS = 20;
/** A tenth of the budget as the worst case and a fiftieth in truth: some calls are under way at once, and many pass. */
const OUTPUT_TOKENS_MAX = 1_000;
const ANSWER_BYTES = 800;
/** Answers that are kept back at each process; all of them together reserve less than the budget. */
const HELD = 3;
const WAIT_MS_MAX = 30_000;

/** A gateway, and Claude as it alone sees it. */
interface Process {
  gateway: GatewayProcess;
  readonly claude: ClaudeGate;
}

let database: TestDatabase;
let door: DatabaseDoor;
let fake: FakeClaude;
let storage: Storage;
const processes: Process[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  door = await createDatabaseDoor(database.connection);
  fake = await startFakeClaude();
  const log = { info() {}, warn() {}, error() {} };
  storage = openStorage({ connection: database.connection, poolMax: 2, prepared: true, slowQueryMs: 60_000, log });
  processes.push(...(await Promise.all([startProcess(), startProcess(), startProcess()])));
}, 180_000);
afterAll(async () => {
  await Promise.all(processes.map(({ gateway }) => gateway.remove()));
  await Promise.all(processes.map(({ claude }) => claude.close()));
  await storage.close();
  await fake.stop();
  await door.close();
  await database.drop();
}, 60_000);

async function startProcess(): Promise<Process> {
  const claude = createClaudeGate(fake.url);
  return { claude, gateway: await startGateway(claude) };
}

async function startGateway(claude: ClaudeGate, dataDir?: string): Promise<GatewayProcess> {
  const { user, host, port, database: name } = door.connection;
  return startGatewayProcess({
    upstreamUrl: claude.url,
    databaseUrl: `postgres://${user}@${host}:${port}/${name}`,
    ...(dataDir === undefined ? {} : { dataDir }),
    settings: { ANTHROPIC_API_KEY: 'sk-ant-api03-stored', NEXUS_BUDGET_LEASE_SECONDS: '3', LOG_LEVEL: 'warn' },
  });
}

function toBody(serial: number): string {
  const content = `Caller ${`${serial}`.padStart(2, '0')}.`;
  return JSON.stringify({ model: MODEL, max_tokens: OUTPUT_TOKENS_MAX, messages: [{ role: 'user', content }] });
}

/** What callers saw. */
interface Seen {
  /** Requests that were answered well, by the name that their record has. */
  readonly answered: string[];
  /** Processes that did not know the budget. */
  readonly unsure: Set<number>;
}

/** One caller that asks whichever process answers until its budget is spent. */
async function spend(key: string, serial: number, seen: Seen): Promise<void> {
  const headers = {
    'x-api-key': key,
    'anthropic-version': '2023-06-01',
    'content-type': 'application/json',
    'x-fake-bytes': `${ANSWER_BYTES}`,
  };
  const untilMs = performance.now() + AWAY_MS + WAIT_MS_MAX;
  for (let turn = serial; performance.now() < untilMs; turn += 1) {
    const which = turn % processes.length;
    const url = `${processes[which]?.gateway.proxyUrl ?? ''}/v1/messages`;
    const answer = await fetch(url, { method: 'POST', headers, body: toBody(serial) }).catch(() => null);
    const told = await answer?.arrayBuffer().catch(() => null);
    const code = answer?.headers.get('x-nexus-error');
    if (code === 'budget-spent') return;
    if (code === 'budget-unknown') seen.unsure.add(which);
    if (answer?.status === 200 && told) seen.answered.push(answer.headers.get('x-nexus-request-id') ?? '');
    else await Bun.sleep(50);
  }
  throw new Error('the budget was never spent');
}

const waitFor = (what: string, isSo: () => boolean | Promise<boolean>): Promise<true> =>
  until(what, async () => (await isSo()) || null, WAIT_MS_MAX);

async function standing() {
  const [budget] = await listBudgetStandings(storage, Date.now());
  return { spent: budget?.spentNano ?? 0, reserved: budget?.reservedNano ?? 0 };
}

/** A key of which all processes know that it has a budget. */
async function makeSpender(): Promise<string> {
  const [first] = processes;
  const headers = { 'x-dashboard-key': first?.gateway.dashboardKey ?? '' };
  const client = createClient({ baseUrl: first?.gateway.proxyUrl ?? '', fetch, headers });
  const { key, keyId } = await client.perform('key.create', { name: 'spender' });
  const budget = { subjectKind: 'key', subject: keyId, period: 'month' } as const;
  await client.perform('budget.set', { ...budget, limitNanoDollars: LIMIT_NANO });
  for (const { gateway } of processes) {
    await waitFor('its key and its budget to be known', async () => {
      const batches = `${gateway.proxyUrl}/v1/messages/batches`;
      const answer = await fetch(batches, { method: 'POST', headers: { 'x-api-key': key }, body: toBody(0) });
      await answer.arrayBuffer();
      return answer.headers.get('x-nexus-error') === 'budget-unbounded';
    });
  }
  return key;
}

async function listRecorded(): Promise<ReadonlySet<string>> {
  const { rows } = await storage.pool.query<{ id: string }>('select request_id as id from request where status = 200');
  return new Set(rows.map(({ id }) => id));
}

/** All of it at one instant: what is charged for want of a settlement is settled at any time. Nano-dollars. */
async function readBooks(worst: number) {
  const { rows } = await storage.pool.query<{ spent: number; cost: number; owed: number; interrupted: number }>(
    `select
      (select spent_nano from budget_window) as spent,
      (select sum(cost_nano)::bigint from request) as cost,
      (
        select sum(coalesce(r.nano, case when q.outcome = 'interrupted' then $1 else q.cost_nano end))::bigint
        from request as q
        left join budget_reservation as r on r.request_id = q.request_id
      ) as owed,
      (select count(*) from request where outcome = 'interrupted') as interrupted`,
    [worst],
  );
  const [books] = rows;
  if (books === undefined) throw new Error('a query without a table gives one row');
  return books;
}

test('twenty callers, three processes, the database away for 10 s and a killed process overspend by one call at most', async () => {
  const [, , dying] = processes;
  if (dying === undefined) throw new Error('three processes were started');
  const key = await makeSpender();
  const call = { model: MODEL, atMs: Date.now(), outputTokensMax: OUTPUT_TOKENS_MAX, fast: false };
  const worst = toWorstCase(CLAUDE_PRICES, { ...call, inputTokensMax: toBody(0).length });
  const seen: Seen = { answered: [], unsure: new Set() };
  for (const { claude } of processes) claude.hold(HELD - 1);
  dying.claude.hold(HELD);

  const spending = Promise.all(Array.from({ length: CALLERS }, (_, serial) => spend(key, serial, seen)));
  await waitFor('calls to be under way at each process, and others to be paid', async () => {
    const held = processes.map(({ claude }) => claude.held);
    return Bun.deepEquals(held, [HELD - 1, HELD - 1, HELD]) && (await standing()).spent > 0;
  });
  door.shut();
  seen.unsure.clear();
  await waitFor('each process to refuse what it cannot answer for', () => seen.unsure.size === processes.length);
  const atShut = await standing();
  expect(atShut.spent).toBeLessThan(LIMIT_NANO);
  expect(atShut.reserved).toBeGreaterThanOrEqual((3 * HELD - 2) * worst);

  // What ends now can be told to nobody: neither what it cost, nor that it was.
  const answeredBefore = seen.answered.length;
  for (const { claude } of processes) claude.release(1);
  await waitFor('their callers to be answered', () => seen.answered.length >= answeredBefore + processes.length);
  await Bun.sleep(AWAY_MS / 2);
  const answered = seen.answered.length;
  expect(dying.claude.held).toBe(HELD - 1);
  expect(await standing()).toEqual(atShut);
  await dying.gateway.kill();
  await Bun.sleep(AWAY_MS / 2);
  expect(seen.answered).toHaveLength(answered);
  door.open();
  for (const { claude } of processes) claude.release(HELD);
  dying.gateway = await startGateway(dying.claude, dying.gateway.dataDir);
  await spending;

  await waitFor('every call to be recorded', async () => {
    const recorded = await listRecorded();
    return seen.answered.every((id) => recorded.has(id)) && (await readBooks(worst)).interrupted >= HELD - 1;
  });
  await waitFor('every reservation to be settled', async () => (await standing()).reserved === 0);
  const { spent, cost, owed, interrupted } = await readBooks(worst);
  expect(cost).toBeLessThan(LIMIT_NANO + worst);
  expect(spent).toBeWithin(LIMIT_NANO, LIMIT_NANO + worst);
  // Of the calls that nobody saw the end of, the worst case counts.
  expect(interrupted).toBe(HELD - 1);
  expect(spent).toBe(owed);
  expect((await listRecorded()).size).toBe(seen.answered.length);
}, 90_000);
