import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient } from '@nexus/contract';
import { createTestDatabase, type TestDatabase } from '@nexus/testkit';
import { startTestGateway, type TestGateway } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';

const DASHBOARD_KEY = 'a-dashboard-key-for-tests';
/** A hundred times what is published of Opus 4.5, which is what Opus 4.6 costs as well. */
const PRICES = { version: 'house', models: { 'claude-opus-4-5-20251101': { input: 500, output: 2_500 } } };

let database: TestDatabase;
let folder: string;
let gateway: TestGateway;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(path.join(tmpdir(), 'nexus-own-prices-'));
  const pricesFile = path.join(folder, 'prices.json');
  writeFileSync(pricesFile, JSON.stringify(PRICES));
  gateway = await startTestGateway({
    env: {
      STORAGE_ENABLED: 'true',
      DATABASE_URL: database.url,
      DASHBOARD_API_KEY: DASHBOARD_KEY,
      NEXUS_PRICES_FILE: pricesFile,
      // A busy machine may let the database answer late, and that is another story than this.
      NEXUS_BUDGET_TIMEOUT_MS: '10000',
    },
  });
  await gateway.gateway.ready;
}, 120_000);
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await database.drop();
  rmSync(folder, { recursive: true });
}, 30_000);

const client = () => createClient({ baseUrl: gateway.url, fetch, headers: { 'x-dashboard-key': DASHBOARD_KEY } });

/** What a call of `model` that waits for its answer holds of a budget. */
async function reservedBy(model: string): Promise<number> {
  const { key, keyId } = await client().perform('key.create', { name: `spender of ${model}` });
  const limitNanoDollars = 1_000_000_000_000;
  await client().perform('budget.set', { subjectKind: 'key', subject: keyId, period: 'day', limitNanoDollars });
  const leaving = new AbortController();
  const headers = { 'x-api-key': key, 'x-fake-headers-after': '600000' };
  await waitFor('the budget to be in force', async () => {
    const answer = await gateway.send(model, { headers, path: '/v1/messages/batches' });
    await answer.arrayBuffer();
    return answer.headers.get('x-nexus-error') === 'budget-unbounded';
  });
  const call = gateway.send(model, { headers, signal: leaving.signal }).catch(() => null);
  const reserved = await waitFor('the call to be reserved', async () => {
    const { budgets } = await client().perform('budget.list', {});
    const budget = budgets.find(({ subject }) => subject === keyId);
    return budget === undefined || budget.reservedNanoDollars === 0 ? null : budget.reservedNanoDollars;
  });
  leaving.abort();
  await call;
  return reserved;
}

test('a budget reserves by the prices of the operator, as requests are priced by them', async () => {
  const published = await reservedBy('claude-opus-4-6');
  expect(published).toBeGreaterThan(0);
  expect(await reservedBy('claude-opus-4-5')).toBe(100 * published);
}, 60_000);
