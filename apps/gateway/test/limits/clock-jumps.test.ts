import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import { createClient } from '@nexus/contract';
import { createTestDatabase, type TestDatabase } from '@nexus/testkit';
import { startTestGateway, type TestGateway } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';
import { type ClaudeGate, createClaudeGate } from './claude-gate.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Half past midnight of UTC, so that an hour ago is yesterday; of today, since records of long ago have no place. */
const HALF_PAST_MIDNIGHT_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS + HOUR_MS / 2;
const DASHBOARD_KEY = 'a-dashboard-key-for-tests';

let nowMs = HALF_PAST_MIDNIGHT_MS;
let database: TestDatabase;
let gate: ClaudeGate;
let gw: TestGateway;

beforeAll(async () => {
  database = await createTestDatabase();
  gw = await startTestGateway({
    env: (fake) => {
      gate = createClaudeGate(fake.url);
      return {
        STORAGE_ENABLED: 'true',
        DATABASE_URL: database.url,
        DASHBOARD_API_KEY: DASHBOARD_KEY,
        CLAUDE_API_BASE_URL: gate.url,
        NEXUS_BUDGET_TIMEOUT_MS: '10000',
      };
    },
    world: { clock: () => nowMs },
  });
  await gw.gateway.ready;
}, 120_000);
afterAll(async () => {
  await gw[Symbol.asyncDispose]();
  await gate.close();
  await database.drop();
}, 30_000);
beforeEach(() => {
  nowMs = HALF_PAST_MIDNIGHT_MS;
});

const client = () => createClient({ baseUrl: gw.url, fetch, headers: { 'x-dashboard-key': DASHBOARD_KEY } });

async function makeKey(dayNano: number, requestsPerMinute?: number): Promise<{ key: string; keyId: string }> {
  const limits = requestsPerMinute === undefined ? {} : { limits: { requestsPerMinute } };
  const made = await client().perform('key.create', { name: `spender ${Bun.randomUUIDv7()}`, ...limits });
  const subject = { subjectKind: 'key', subject: made.keyId, period: 'day' } as const;
  await client().perform('budget.set', { ...subject, limitNanoDollars: dayNano });
  return made;
}

async function send(key: string): Promise<string> {
  const answer = await gw.send('claude-opus-4-5', { headers: { 'x-api-key': key } });
  await answer.arrayBuffer();
  return answer.headers.get('x-nexus-error') ?? `${answer.status}`;
}

/** What is spent of the budget of the day that the clock shows, once nothing is under way. */
async function spentAt(atMs: number, keyId: string): Promise<number> {
  nowMs = atMs;
  return waitFor('nothing to be reserved', async () => {
    const { budgets } = await client().perform('budget.list', {});
    const budget = budgets.find(({ subject }) => subject === keyId);
    return budget?.reservedNanoDollars === 0 ? { nano: budget.spentNanoDollars } : null;
  }).then(({ nano }) => nano);
}

test('a clock that jumps a day ahead and back counts each call in the day it showed, and forgets none', async () => {
  const { key, keyId } = await makeKey(1);
  const [today, tomorrow] = [HALF_PAST_MIDNIGHT_MS, HALF_PAST_MIDNIGHT_MS + DAY_MS];
  expect(await send(key)).toBe('200');
  const cost = await spentAt(today, keyId);
  expect(cost).toBeGreaterThan(1);
  expect(await send(key)).toBe('budget-spent');
  expect(await spentAt(tomorrow, keyId)).toBe(0);
  expect(await send(key)).toBe('200');
  expect(await spentAt(today, keyId)).toBe(cost);
  expect(await send(key)).toBe('budget-spent');
  // What was used too early is not given twice once that day is there.
  expect(await spentAt(tomorrow, keyId)).toBe(cost);
  expect(await send(key)).toBe('budget-spent');
}, 30_000);

test('a call that is under way while the clock goes back an hour is settled in the day it began in', async () => {
  const { key, keyId } = await makeKey(1_000_000_000);
  gate.hold(1);
  const sent = send(key);
  await waitFor('the call to be under way', () => gate.held === 1);
  nowMs = HALF_PAST_MIDNIGHT_MS - HOUR_MS;
  gate.release(1);
  expect(await sent).toBe('200');
  expect(await spentAt(HALF_PAST_MIDNIGHT_MS - HOUR_MS, keyId)).toBe(0);
  expect(await spentAt(HALF_PAST_MIDNIGHT_MS, keyId)).toBeGreaterThan(0);
}, 30_000);

test.each([
  ['a day ahead', DAY_MS],
  ['an hour back', -HOUR_MS],
])(
  'a clock that jumps %s neither gives back what a minute allows nor locks anybody out',
  async (_, jumpMs) => {
    const { key } = await makeKey(1_000_000_000, 2);
    expect(await send(key)).toBe('200');
    nowMs += jumpMs;
    expect([await send(key), await send(key)]).toEqual(['200', 'rate-limited']);
  },
  30_000,
);
