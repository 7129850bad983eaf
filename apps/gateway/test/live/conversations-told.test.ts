import { afterAll, beforeAll, expect, test } from 'bun:test';
import { createClient, type LiveEvent, readLiveFeed } from '@nexus/contract';
import { createTestDatabase, type TestDatabase } from '@nexus/testkit';
import { startTestGateway, type TestGateway } from '../support/start-test-gateway.ts';

const headers = { 'x-dashboard-key': 'dashboard-key-of-the-test' };

let database: TestDatabase;
let gw: TestGateway;

beforeAll(async () => {
  database = await createTestDatabase();
  gw = await startTestGateway({
    env: { STORAGE_ENABLED: 'true', DATABASE_URL: database.url, DASHBOARD_API_KEY: headers['x-dashboard-key'] },
  });
  await gw.gateway.ready;
}, 120_000);
afterAll(async () => {
  await gw[Symbol.asyncDispose]();
  await database.drop();
}, 30_000);

/** Reads the feed up to the first event that `isLast` says it is. */
async function readUntil(isLast: (event: LiveEvent) => boolean): Promise<LiveEvent[]> {
  const answer = await fetch(`${gw.url}/sse`, { headers, signal: AbortSignal.timeout(20_000) });
  if (answer.body === null) throw new Error('a feed has a body');
  const events: LiveEvent[] = [];
  for await (const { event } of readLiveFeed(answer.body)) {
    // The feed is open once its snapshot is here: nothing that is sent now can be missed.
    if (event.type === 'snapshot') await (await gw.send('fake-text')).arrayBuffer();
    events.push(event);
    if (isLast(event)) return events;
  }
  return events;
}

/** What comes in between whenever it comes. */
const BESIDE: ReadonlySet<string> = new Set(['request-progress', 'keys-changed', 'limits-changed']);

test('who watches learns of a conversation and its turn as soon as they are in the database', async () => {
  const events = await readUntil(({ type }) => type === 'turn-added');
  const types = events.map(({ type }) => type).filter((type) => !BESIDE.has(type));
  const created = events.find((event) => event.type === 'conversation-created');
  const added = events.find((event) => event.type === 'turn-added');
  const client = createClient({ baseUrl: gw.url, fetch, headers });

  expect(types.slice(-3)).toEqual(['request-recorded', 'conversation-created', 'turn-added']);
  const { conversations } = await client.perform('conversation.list', {});
  expect(conversations.map(({ conversationId }) => conversationId)).toEqual([created?.conversationId ?? '']);
  const { requests } = await client.perform('request.list', {});
  expect(requests).toEqual(added === undefined ? [] : [added.request]);
}, 30_000);
