import { afterAll, beforeAll, expect, test } from 'bun:test';
import { createClient } from '@nexus/contract';
import { checkUsage, openStorage } from '@nexus/storage';
import { createSilentLogger } from '@nexus/telemetry';
import { createTestDatabase, type TestDatabase, until } from '@nexus/testkit';
import { startPoolGateway } from '../accounts/pool-gateway.ts';
import { DASHBOARD_KEY, loadPage } from '../metrics/load-page.ts';
import { findValue } from '../metrics/read-page.ts';
import type { TestGateway } from '../support/start-test-gateway.ts';

const MODEL = 'claude-opus-4-6';

let database: TestDatabase;
let gw: TestGateway;
beforeAll(async () => {
  database = await createTestDatabase();
  gw = await startPoolGateway([{ id: 'first' }, { id: 'second' }], {
    strategy: 'priority',
    env: { STORAGE_ENABLED: 'true', DATABASE_URL: database.url, DASHBOARD_API_KEY: DASHBOARD_KEY },
  });
  await gw.gateway.ready;
}, 120_000);
afterAll(async () => {
  await gw[Symbol.asyncDispose]();
  await database.drop();
});

/** Answered by the second account, after the first had told that it read so much. */
async function sendTwice(inputTokens: number, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  gw.fake.script([
    { content: 'Never seen.', usage: { input_tokens: inputTokens, output_tokens: 9 }, deliver: 'error-before-content' },
    { content: 'Hello.', usage: { input_tokens: 22, output_tokens: 8 } },
  ]);
  const answer = await gw.send(MODEL, { stream: true, headers });
  return answer.text();
}

const client = () => createClient({ baseUrl: gw.url, fetch, headers: { 'x-dashboard-key': DASHBOARD_KEY } });

test('what an account had read when it broke off is its own, beside what the one that answered used', async () => {
  expect(await sendTwice(5_000)).toContain('Hello.');
  const report = await until('the request is counted', async () => {
    const found = await client().perform('usage.report', { step: 'all', by: 'accountId', model: MODEL });
    return found.total.requestCount === 1 ? found : null;
  });
  const byAccount = new Map(report.groups.map((group) => [group.group, group]));
  expect(byAccount.size).toBe(2);
  expect(byAccount.get('first')).toMatchObject({ requestCount: 0, estimatedCount: 1, inputTokens: 5_000 });
  expect(byAccount.get('second')).toMatchObject({
    requestCount: 1,
    estimatedCount: 0,
    inputTokens: 22,
    outputTokens: 8,
  });
  const readInVain = byAccount.get('first');
  // $5 and $25 a million tokens.
  expect(readInVain?.costNano).toBe(5_000 * 5_000 + (readInVain?.outputTokens ?? 0) * 25_000);

  const { windows } = await client().perform('window.list', {});
  const counted = new Map(windows.map((window) => [window.accountId, window.counted]));
  expect(counted.get('first')).toMatchObject({ requestCount: 0, costNano: readInVain?.costNano });
  expect(counted.get('second')).toMatchObject({ requestCount: 1, totalTokens: 30 });

  const page = await loadPage(gw);
  expect(findValue(page, 'nexus_tokens_total', { model: MODEL, type: 'input' })).toBe(5_022);
  const { requests } = await client().perform('request.list', { model: MODEL });
  expect(requests.map(({ accountId, usage }) => [accountId, usage?.inputTokens])).toEqual([['second', 22]]);

  const storage = openStorage({
    connection: database.connection,
    poolMax: 1,
    prepared: true,
    slowQueryMs: 60_000,
    log: createSilentLogger(),
  });
  expect((await checkUsage(storage, { repair: false })).wrong).toEqual([]);
  await storage.close();
}, 60_000);

test('the limit and the budget of its caller have both calls', async () => {
  const made = await client().perform('key.create', {
    name: 'laptop',
    owner: 'ada',
    limits: { inputTokensPerMinute: 1_000 },
  });
  const headers = { 'x-api-key': made.key };
  const budget = { subjectKind: 'key', subject: made.keyId, period: 'day' } as const;
  await client().perform('budget.set', { ...budget, limitNanoDollars: 1_000_000_000 });
  await until('the limit is in force', async () => {
    const counted = await gw.send('fake-400', { headers });
    await counted.arrayBuffer();
    return counted.headers.has('ratelimit') || null;
  });
  expect(await sendTwice(50_000, headers)).toContain('Hello.');
  await until('the limit has what both read', async () => {
    const refused = await gw.send('fake-400', { headers });
    await refused.arrayBuffer();
    return refused.status === 429 || null;
  });
  const spent = await until('the budget is settled', async () => {
    const { budgets } = await client().perform('budget.list', {});
    const found = budgets.find(({ subject }) => subject === made.keyId);
    return found && found.spentNanoDollars > 0 && found.reservedNanoDollars === 0 ? found.spentNanoDollars : null;
  });
  expect(spent).toBeGreaterThan(50_000 * 5_000);
}, 60_000);
