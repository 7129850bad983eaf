import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { createClient } from '@nexus/contract';
import { createTestDatabase, type TestDatabase } from '@nexus/testkit';
import { expectRefusal } from '../support/expect-refusal.ts';
import { startTestGateway, type TestGateway } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';

let database: TestDatabase;
let gw: TestGateway;
const DASHBOARD_KEY = 'a-dashboard-key-for-tests';

beforeAll(async () => {
  database = await createTestDatabase();
  gw = await startTestGateway({
    env: { STORAGE_ENABLED: 'true', DATABASE_URL: database.url, DASHBOARD_API_KEY: DASHBOARD_KEY },
    prepare: async (dir) => {
      const account = { id: 'p', type: 'api_key', api_key: 'sk-ant-api03-planted', disabled: true };
      await Bun.write(join(dir, 'paused.example.com.credentials.json'), JSON.stringify({ accounts: [account] }));
    },
  });
  await gw.gateway.ready;
}, 120_000);
afterAll(async () => {
  await gw[Symbol.asyncDispose]();
  await database.drop();
});

const client = () => createClient({ baseUrl: gw.url, fetch, headers: { 'x-dashboard-key': DASHBOARD_KEY } });
const send = (key: string) => gw.send('fake-text', { headers: { 'x-api-key': key } });

/** A new key that the gateway knows already, with the limits it was made with. */
async function makeKey(input: Partial<Record<'requestsPerMinute' | 'outputTokensPerMinute' | 'concurrent', number>>) {
  const made = await client().perform('key.create', {
    name: `laptop ${Bun.randomUUIDv7()}`,
    owner: 'ada',
    limits: input,
  });
  // Counting tokens is not limited, so asking takes nothing.
  await waitFor('the key and its limits to be known', async () => {
    const asked = await gw.send('fake-text', {
      path: '/v1/messages/count_tokens',
      headers: { 'x-api-key': made.key },
    });
    await asked.arrayBuffer();
    return asked.status === 401 ? undefined : true;
  });
  return made;
}

test('a key is told of its limit with each answer, and refused beyond it in the dialect of its caller', async () => {
  const { key } = await makeKey({ requestsPerMinute: 2 });
  const first = await waitFor('the limit to be in force', async () => {
    const answer = await send(key);
    await answer.arrayBuffer();
    return answer.headers.has('ratelimit') ? answer : undefined;
  });
  expect(first.headers.get('ratelimit')).toMatch(/^"requests";r=1;t=\d+$/);
  await (await send(key)).arrayBuffer();
  const refused = await send(key);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(25);
  expect(refused.headers.get('anthropic-ratelimit-requests-remaining')).toBe('0');
  await expectRefusal(gw, refused, { status: 429, type: 'rate_limit_error', code: 'rate-limited' });
}, 20_000);

test('a wait of more than a minute is told, and not to try again: no client would wait for it', async () => {
  const { key } = await makeKey({ outputTokensPerMinute: 10, requestsPerMinute: 50 });
  const first = await gw.send('fake-text', { headers: { 'x-api-key': key, 'x-fake-bytes': '4000' } });
  await first.arrayBuffer();
  expect(first.headers.get('anthropic-ratelimit-requests-remaining')).toBe('49');
  let admitted = 1;
  const refused = await waitFor('what the answer used to be counted', async () => {
    const answer = await send(key);
    await answer.arrayBuffer();
    if (answer.status === 429) return answer;
    admitted += 1;
    return undefined;
  });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(60);
  expect(refused.headers.get('x-should-retry')).toBe('false');
  // It took nothing of what would have let it through.
  expect(Number(refused.headers.get('anthropic-ratelimit-requests-remaining'))).toBeGreaterThanOrEqual(50 - admitted);
}, 20_000);

test('what is never sent, for want of an account, takes none of the requests that a key has', async () => {
  const { key } = await makeKey({ requestsPerMinute: 2 });
  const nowhere = { headers: { 'x-api-key': key, 'x-nexus-domain': 'paused.example.com' } };
  const refused: (string | null)[] = [];
  for (let count = 0; count < 4; count += 1) {
    const answer = await gw.send('fake-text', nowhere);
    await answer.arrayBuffer();
    refused.push(answer.headers.get('x-nexus-error'));
  }
  expect(new Set(refused)).toEqual(new Set(['accounts-unavailable']));
  const after: number[] = [];
  for (let count = 0; count < 3; count += 1) after.push((await send(key)).status);
  expect(after).toEqual([200, 200, 429]);
}, 20_000);

test('what a budget refuses takes none of the requests that a key has', async () => {
  const { key, keyId } = await makeKey({ requestsPerMinute: 2 });
  const budget = { subjectKind: 'key', subject: keyId, period: 'day' } as const;
  await client().perform('budget.set', { ...budget, limitNanoDollars: 0 });
  for (let count = 0; count < 3; count += 1) {
    const refused = await send(key);
    await refused.arrayBuffer();
    expect(refused.headers.get('x-nexus-error')).toBe('budget-spent');
  }
  await client().perform('budget.set', { ...budget, limitNanoDollars: null });
  const after: number[] = [];
  for (let count = 0; count < 3; count += 1) after.push((await send(key)).status);
  expect(after).toEqual([200, 200, 429]);
}, 20_000);

test('what Claude says of its own limits stays as it is', async () => {
  const { key } = await makeKey({ requestsPerMinute: 20 });
  const answer = await waitFor('the limit to be in force', async () => {
    const sent = await gw.send('fake-limits-api-key', { headers: { 'x-api-key': key } });
    await sent.arrayBuffer();
    return sent.headers.has('ratelimit') ? sent : undefined;
  });
  expect(answer.headers.get('anthropic-ratelimit-requests-limit')).not.toBe('20');
  expect(answer.headers.get('x-ratelimit-limit-requests')).toBe('20');
}, 20_000);

test('a place is free again when its caller leaves', async () => {
  const { key } = await makeKey({ concurrent: 1 });
  const leaving = new AbortController();
  const headers = { 'x-api-key': key };
  const refused = await waitFor('the limit to be in force', async () => {
    void gw.send('fake-headers-after-20000', { headers, signal: leaving.signal }).catch(() => {});
    const answer = await send(key);
    await answer.arrayBuffer();
    return answer.status === 429 ? answer : undefined;
  });
  expect(refused.headers.get('x-nexus-error')).toBe('rate-limited');
  leaving.abort();
  await waitFor('the place to be free', async () => {
    const answer = await send(key);
    await answer.arrayBuffer();
    return answer.status === 200 ? true : undefined;
  });
}, 20_000);

test('a key with a scope for the API alone asks no model, and opens what its scopes say', async () => {
  const made = await client().perform('key.create', { name: 'report', scopes: ['read'] });
  const answer = await waitFor('the key to be known', async () => {
    const sent = await send(made.key);
    return sent.status === 401 ? undefined : sent;
  });
  await expectRefusal(gw, answer, { status: 403, type: 'permission_error', code: 'scope-missing' });
  const reader = createClient({ baseUrl: gw.url, fetch, headers: { 'x-api-key': made.key } });
  expect(await reader.perform('me.get', {})).toMatchObject({ kind: 'key', scopes: ['read'] });
  const writing = reader.perform('key.create', { name: 'more' });
  const words = 'This needs the scope write, and the key has read.';
  expect(await writing.catch((error: unknown) => error)).toMatchObject({ code: 'scope-missing', message: words });
}, 20_000);

test('nobody gives a key more than one has, and a key for Claude alone opens nothing else', async () => {
  const { key } = await client().perform('key.create', { name: 'writer', scopes: ['write'] });
  const writer = createClient({ baseUrl: gw.url, fetch, headers: { 'x-api-key': key } });
  const more = writer.perform('key.create', { name: 'more', scopes: ['proxy', 'read', 'admin'] });
  const problem = { code: 'scope-missing', message: expect.stringContaining('this needs read, admin too') };
  expect(await more.catch((error: unknown) => error)).toMatchObject(problem);
  const plain = await writer.perform('key.create', { name: 'plain' });
  const refused = await fetch(`${gw.url}/api/keys`, { headers: { 'x-api-key': plain.key } });
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({ error: { code: 'scope-missing' } });
}, 20_000);
