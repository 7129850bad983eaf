import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type ApiWorld, SET_UP_MS_MAX, startApiWorld } from '../api-world.ts';
import { buildRecord, RECENT_MS, writeRecords } from '../records.ts';

const REQUESTS = 1_003;
const records = Array.from({ length: REQUESTS }, (_, serial) =>
  buildRecord({ startedAtMs: RECENT_MS + serial * 1_000, sessionId: 'long' }, { requestBody: new Uint8Array() }),
);

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld();
  await writeRecords(world, records);
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

test('a time line of a long session says what it leaves out, and ends at what was used in all', async () => {
  const session = await world.client.perform('usage.session', { sessionId: 'long' });
  const { token_timeline: points } = session;
  expect([points.length, session.token_timeline_truncated, session.token_timeline_requests_left_out]).toEqual([
    1_000,
    true,
    3,
  ]);
  expect(points[0]).toEqual({ timestamp: new Date(RECENT_MS + 3_000).toISOString(), tokens: 64, cumulative: 4 * 64 });
  expect(points.at(-1)?.cumulative).toBe(session.total_tokens);
  expect(session.total_tokens).toBe(REQUESTS * 64);
});

test('where requests are gone and their sums are not, the time line has left them out, and nobody guesses what they thought', async () => {
  await world.storage?.pool.query('delete from usage where started_at < $1', [new Date(RECENT_MS + 500_000)]);
  const session = await world.client.perform('usage.session', { sessionId: 'long' });
  expect(session.token_timeline).toHaveLength(503);
  expect(session).toMatchObject({
    requests: REQUESTS,
    token_timeline_truncated: true,
    token_timeline_requests_left_out: 500,
    token_usage: { total_tokens: REQUESTS * 64, reasoning_tokens: null },
  });
  expect(session.token_timeline.at(-1)?.cumulative).toBe(REQUESTS * 64);
});

test('a call that broke off before another answered is a point of its own, and no request', async () => {
  const pool = world.storage?.pool;
  await pool?.query('update usage set request_count = 0 where started_at = $1', [new Date(RECENT_MS + 600_000)]);
  await pool?.query('update usage_session_day set request_count = request_count - 1');
  const session = await world.client.perform('usage.session', { sessionId: 'long' });
  expect(session.token_timeline).toHaveLength(503);
  expect(session).toMatchObject({ requests: REQUESTS - 1, token_timeline_requests_left_out: 500 });
});
