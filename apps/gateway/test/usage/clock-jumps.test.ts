import { afterAll, beforeAll, expect, test } from 'bun:test';
import { OPERATIONS, type RequestDetail } from '@nexus/contract';
import { createTestDatabase, type TestDatabase, until } from '@nexus/testkit';
import { type TestGateway, startTestGateway } from '../support/start-test-gateway.ts';

const HOUR_MS = 3_600_000;
const KEY = 'dashboard-key-of-a-test';
let jumpMs = 0;
let database: TestDatabase;
let gateway: TestGateway;
beforeAll(async () => {
  database = await createTestDatabase();
  gateway = await startTestGateway({
    env: { STORAGE_ENABLED: 'true', DATABASE_URL: database.url, DASHBOARD_API_KEY: KEY },
    world: { clock: () => Date.now() + jumpMs },
  });
}, 60_000);
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await database.drop();
});

async function ask(path: string): Promise<unknown> {
  const answer = await fetch(gateway.url + path, { headers: { 'x-dashboard-key': KEY } });
  return answer.ok ? answer.json() : null;
}

/** Sends a streamed request, and puts the clock elsewhere before its end. */
async function recordAcross(jump: number): Promise<RequestDetail> {
  jumpMs = 0;
  const answer = await gateway.send('fake-stream-20-10', { stream: true });
  jumpMs = jump;
  await answer.text();
  const path = `/api/requests/${answer.headers.get('x-nexus-request-id') ?? ''}`;
  return OPERATIONS['request.get'].output.parse(await until('the record', () => ask(path), 20_000));
}

test.each([
  ['back by an hour', -HOUR_MS],
  ['forward by a day', 24 * HOUR_MS],
])(
  'a clock that is put %s while Claude answers changes neither spans nor counts, and the request keeps its begin',
  async (_how, jump) => {
    const beganMs = Date.now();
    const { request } = await recordAcross(jump);
    const startedAtMs = Date.parse(request.startedAt);

    expect(request.outcome).toBe('completed');
    expect(startedAtMs - beganMs).toBeWithin(-1_000, 60_000);
    expect(request.durationMs).toBeWithin(100, 60_000);
    expect(request.firstTokenMs).toBeWithin(0, 60_000);
    expect(request.usage?.outputTokens).toBeGreaterThan(0);
  },
  40_000,
);
