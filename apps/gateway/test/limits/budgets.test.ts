import { afterAll, beforeAll, expect, test } from 'bun:test';
import { createClient } from '@nexus/contract';
import { createTestDatabase, type TestDatabase } from '@nexus/testkit';
import { createDatabaseDoor, type DatabaseDoor } from '../recorder/database-door.ts';
import { expectRefusal } from '../support/expect-refusal.ts';
import { type SendOptions, startTestGateway, type TestGateway } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';

const DASHBOARD_KEY = 'a-dashboard-key-for-tests';
const MODEL = 'claude-opus-4-5';

let database: TestDatabase;
let door: DatabaseDoor;
let gw: TestGateway;

beforeAll(async () => {
  database = await createTestDatabase();
  door = await createDatabaseDoor(database.connection);
  // A busy machine may let the database answer late, and that is another story than these.
  gw = await start({ NEXUS_BUDGET_TIMEOUT_MS: '10000' });
}, 120_000);
afterAll(async () => {
  await gw[Symbol.asyncDispose]();
  await door.close();
  await database.drop();
}, 30_000);

/** A gateway that reaches its database through the door. */
async function start(env: Readonly<Record<string, string>>): Promise<TestGateway> {
  const { user, host, port, database: name } = door.connection;
  const DATABASE_URL = `postgres://${user}@${host}:${port}/${name}`;
  const started = await startTestGateway({
    env: { STORAGE_ENABLED: 'true', DATABASE_URL, DASHBOARD_API_KEY: DASHBOARD_KEY, ...env },
  });
  await started.gateway.ready;
  return started;
}

const client = () => createClient({ baseUrl: gw.url, fetch, headers: { 'x-dashboard-key': DASHBOARD_KEY } });

async function send(key: string, headers: Readonly<Record<string, string>> = {}) {
  return sendTo(gw, { headers: { 'x-api-key': key, ...headers } });
}

async function sendTo(gateway: TestGateway, options: SendOptions): Promise<Response> {
  const answer = await gateway.send(MODEL, options);
  // Read whole, so that a caller who looks at its headers alone leaves nothing open.
  return new Response(await answer.arrayBuffer(), { status: answer.status, headers: answer.headers });
}

/** A key with a budget for each day, once this gateway knows both. */
async function makeKey(limitNanoDollars: number, knower = gw): Promise<{ key: string; keyId: string }> {
  const made = await client().perform('key.create', { name: `spender ${Bun.randomUUIDv7()}` });
  const subject = { subjectKind: 'key', subject: made.keyId } as const;
  await client().perform('budget.set', { ...subject, period: 'day', limitNanoDollars });
  await waitFor('the budget to be in force', async () => {
    const answer = await sendTo(knower, { headers: { 'x-api-key': made.key }, path: '/v1/messages/batches' });
    return answer.headers.get('x-nexus-error') === 'budget-unbounded';
  });
  return made;
}

async function findBudget(keyId: string) {
  const { budgets } = await client().perform('budget.list', {});
  return budgets.find(({ subject }) => subject === keyId);
}

test('a call counts with what it cost, is announced as a window, and beyond the budget is refused for good', async () => {
  const { key, keyId } = await makeKey(10_000_000);
  const first = await send(key, { 'x-fake-bytes': '1000' });
  expect(first.status).toBe(200);
  expect(first.headers.get('anthropic-ratelimit-unified-5h-utilization')).toBe('0');
  const settled = await waitFor('the call to be settled', async () => {
    const budget = await findBudget(keyId);
    return budget !== undefined && budget.spentNanoDollars > 0 && budget.reservedNanoDollars === 0 ? budget : null;
  });
  const recorded = await waitFor('the call to be listed', async () => {
    const { requests } = await client().perform('request.list', { keyId, status: 'ok' });
    return requests[0];
  });
  expect(recorded.cost?.nanoDollars).toBe(settled.spentNanoDollars);

  const subject = { subjectKind: 'key', subject: keyId } as const;
  const limitNanoDollars = Math.ceil(settled.spentNanoDollars / 0.8);
  await client().perform('budget.set', { ...subject, period: 'day', limitNanoDollars });
  const warned = await waitFor('the caller to be warned', async () => {
    const answer = await send(key);
    return answer.headers.get('anthropic-ratelimit-unified-status') === 'allowed_warning' ? answer : null;
  });
  expect(warned.headers.get('anthropic-ratelimit-unified-5h-surpassed-threshold')).toBe('0.75');
  expect(warned.headers.get('anthropic-ratelimit-unified-representative-claim')).toBe('five_hour');

  await client().perform('budget.set', { ...subject, period: 'day', limitNanoDollars: 1 });
  const refused = await waitFor('the budget to be spent', async () => {
    const answer = await send(key);
    return answer.headers.get('x-nexus-error') === 'budget-spent' ? answer : null;
  });
  expect(refused.headers.get('retry-after')).toBeNull();
  expect(refused.headers.get('anthropic-ratelimit-unified-status')).toBe('rejected');
  await expectRefusal(gw, refused, { status: 429, type: 'billing_error', code: 'budget-spent' });
}, 30_000);

test('what calls under way may cost is not given twice, and is there again when they were cheaper', async () => {
  const { key, keyId } = await makeKey(20_000_000);
  const leaving = new AbortController();
  const slow = gw.send(MODEL, {
    headers: { 'x-api-key': key, 'x-fake-headers-after': '20000' },
    signal: leaving.signal,
  });
  await waitFor(
    'the first call to be under way',
    async () => ((await findBudget(keyId))?.reservedNanoDollars ?? 0) > 0,
  );
  const refused = await send(key);
  expect(refused.headers.get('retry-after')).toBe('2');
  await expectRefusal(gw, refused, { status: 429, type: 'rate_limit_error', code: 'budget-reserved' });
  leaving.abort();
  await slow.catch(() => {});
  await waitFor('the budget to be there again', async () => (await send(key)).status === 200);
}, 30_000);

test('while the database is away a caller with a budget waits no longer than was set, and others not at all', async () => {
  await using hasty = await start({ NEXUS_BUDGET_TIMEOUT_MS: '300' });
  const { key } = await makeKey(20_000_000, hasty);
  const free = await client().perform('key.create', { name: 'free' });
  const ask = (shown: string) => sendTo(hasty, { headers: { 'x-api-key': shown } });
  await waitFor('the other key to be known', async () => (await ask(free.key)).status === 200);
  door.shut();
  const refused = await ask(key);
  const passed = await ask(free.key);
  door.open();
  await expectRefusal(hasty, refused, { status: 503, type: 'api_error', code: 'budget-unknown' });
  expect(passed.status).toBe(200);
  await waitFor('the budget to be known again', async () => (await ask(key)).status === 200);
}, 30_000);

test('where budgets fail open, a call goes on while the database is away, and counts once it is back', async () => {
  await using open = await start({ NEXUS_BUDGET_TIMEOUT_MS: '300', NEXUS_BUDGETS_FAIL: 'open' });
  const { key, keyId } = await makeKey(900_000_000, open);
  door.shut();
  const answer = await sendTo(open, { headers: { 'x-api-key': key } });
  door.open();
  expect(answer.status).toBe(200);
  const settled = await waitFor('the call to be counted', async () => {
    const budget = await findBudget(keyId).catch(() => null);
    return budget && budget.spentNanoDollars > 0 && budget.reservedNanoDollars === 0 ? budget : null;
  });
  expect(settled.spentNanoDollars).toBeLessThan(20_000_000);
}, 30_000);
