import { afterAll, beforeAll, expect, test } from 'bun:test';
import { createClient } from '@nexus/contract';
import { createTestDatabase, type TestDatabase, until } from '@nexus/testkit';
import { DASHBOARD_KEY, loadPage } from '../metrics/load-page.ts';
import { findValue } from '../metrics/read-page.ts';
import { startTestGateway, type TestGateway } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';

const MODEL = 'claude-opus-4-6';
/** A compaction owes more than an hour of it. */
const MINUTE_TOKENS = 1_000;

/** What the top level tells is what its turn read and wrote; the compaction before it is billed beside it. */
const COMPACTED = {
  input_tokens: 1,
  output_tokens: 1,
  iterations: [
    { type: 'compaction', input_tokens: 180_000, output_tokens: 3_500 },
    { type: 'message', input_tokens: 1, output_tokens: 1 },
  ],
};
const BILLED = { input: 180_000 + 1 + 22, output: 3_500 + 1 + 8 };

let database: TestDatabase;
let gw: TestGateway;
beforeAll(async () => {
  database = await createTestDatabase();
  gw = await startTestGateway({
    env: { STORAGE_ENABLED: 'true', DATABASE_URL: database.url, DASHBOARD_API_KEY: DASHBOARD_KEY },
  });
  await gw.gateway.ready;
}, 120_000);
afterAll(async () => {
  await gw[Symbol.asyncDispose]();
  await database.drop();
});

const client = () => createClient({ baseUrl: gw.url, fetch, headers: { 'x-dashboard-key': DASHBOARD_KEY } });

/** A key whose limit is in force; what asking for it takes is not of the model that is counted here. */
async function makeKey(inputTokensPerMinute: number): Promise<string> {
  const name = `laptop ${Bun.randomUUIDv7()}`;
  const { key } = await client().perform('key.create', { name, owner: 'ada', limits: { inputTokensPerMinute } });
  await waitFor('the limit to be in force', async () => {
    const answer = await gw.send('fake-400', { headers: { 'x-api-key': key } });
    await answer.arrayBuffer();
    return answer.headers.has('ratelimit') ? true : undefined;
  });
  return key;
}

async function send(key: string, usage: Readonly<Record<string, unknown>>): Promise<number> {
  gw.fake.script([{ content: 'Hello.', usage }]);
  const answer = await gw.send(MODEL, { stream: true, headers: { 'x-api-key': key } });
  await answer.arrayBuffer();
  return answer.status;
}

test('tokens of a compaction at Claude’s side are in the limit, the metrics, the usage, the windows and the conversation', async () => {
  const key = await makeKey(MINUTE_TOKENS);
  expect(await send(key, COMPACTED)).toBe(200);
  const refused = await waitFor('the limit to know', async () => {
    const answer = await gw.send('fake-400', { headers: { 'x-api-key': key } });
    await answer.arrayBuffer();
    return answer.status === 429 ? answer : undefined;
  });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(600);
  expect(await send(await makeKey(1_000_000), { input_tokens: 22, output_tokens: 8 })).toBe(200);

  const { total } = await until('both requests are counted', async () => {
    const report = await client().perform('usage.report', { step: 'all', model: MODEL });
    return report.total.requestCount === 2 ? report : null;
  });
  expect(total).toMatchObject({ inputTokens: BILLED.input, outputTokens: BILLED.output });
  // 180,023 × 5,000 + 3,509 × 25,000.
  expect(total.costNano).toBe(BILLED.input * 5_000 + BILLED.output * 25_000);

  const page = await loadPage(gw);
  for (const [type, tokens] of Object.entries(BILLED)) {
    expect(findValue(page, 'nexus_tokens_total', { model: MODEL, type })).toBe(tokens);
  }
  const { windows } = await client().perform('window.list', {});
  expect(windows.map(({ counted }) => counted?.totalTokens)).toEqual([BILLED.input + BILLED.output]);
  const summary = await client().perform('usage.summary', {});
  expect(summary).toMatchObject({ total_tokens: BILLED.input + BILLED.output });
  const { conversations } = await client().perform('conversation.list', {});
  expect(conversations.reduce((sum, { inputTokens }) => sum + inputTokens, 0)).toBe(BILLED.input);
}, 60_000);

test('the page of a request keeps what Claude told at the top level, with the steps beside it', async () => {
  const { requests } = await client().perform('request.list', { model: MODEL });
  const compacted = requests.find(({ usage }) => (usage?.iterations.length ?? 0) > 0);
  expect(compacted?.usage).toMatchObject({ inputTokens: 1, outputTokens: 1 });
});

test('who used a window is weighed with them', async () => {
  const { windows } = await client().perform('window.list', {});
  const accountId = windows[0]?.accountId ?? '';
  const { shares } = await client().perform('window.shares', { accountId, by: 'key' });
  expect(shares.map(({ totalTokens }) => totalTokens)).toEqual([180_001 + 3_501, 22 + 8]);
});
