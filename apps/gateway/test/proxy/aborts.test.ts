import { afterAll, expect, test } from 'bun:test';
import { DASHBOARD_KEY, loadPage } from '../metrics/load-page.ts';
import { startTestGateway } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';

// How soon Claude hears of it is measured by bench/aborts.ts.
const gw = await startTestGateway({ env: { DASHBOARD_API_KEY: DASHBOARD_KEY } });
afterAll(() => gw[Symbol.asyncDispose]());

/** Neither the fake nor the gateway has an exchange in flight. */
async function nothingIsLeft(): Promise<void> {
  await waitFor('the upstream to be let go', () => gw.fake.stats().inFlight === 0);
  await waitFor('the gateway to be empty', async () => {
    const inFlight = (await loadPage(gw)).get('nexus_exchanges_in_flight');
    return inFlight?.samples.reduce((sum, { value }) => sum + value, 0) === 0;
  });
}

test('a caller that leaves before the answer begins frees the upstream and is recorded as aborted', async () => {
  const leaving = new AbortController();
  const asked = gw.send('fake-never', { signal: leaving.signal });
  await waitFor('the request to arrive', () => gw.fake.stats().inFlight === 1);
  leaving.abort();
  expect(asked).rejects.toThrow();
  await nothingIsLeft();
  const line = await waitFor('the record', () => gw.ended().at(-1));
  expect(line).toMatchObject({ outcome: 'aborted', status: null });
  expect(gw.fake.requests.at(-1)?.outcome).toBe('aborted');
});

test('a caller that leaves in mid stream frees the upstream and is recorded with what it got', async () => {
  const leaving = new AbortController();
  // It would go on for longer than this test may take: that it ends is its caller's doing.
  const answer = await gw.send('fake-stream-5000-20', { stream: true, signal: leaving.signal });
  const reader = answer.body?.getReader();
  await reader?.read();
  leaving.abort();
  await reader?.read().catch(() => {});
  await nothingIsLeft();
  const line = await gw.exchange(answer.headers.get('x-nexus-request-id'));
  expect(line).toMatchObject({ outcome: 'aborted', status: 200 });
  expect(line.responseBytes).toBeGreaterThan(0);
  expect(gw.fake.requests.at(-1)?.outcome).toBe('aborted');
});

test('a caller that leaves once it has seen the last event has not left early', async () => {
  const leaving = new AbortController();
  const answer = await gw.send('fake-text', { stream: true, signal: leaving.signal });
  const reader = answer.body?.getReader();
  let text = '';
  while (!text.includes('message_stop')) {
    const piece = await reader?.read();
    if (piece?.done !== false) break;
    text += Buffer.from(piece.value).toString();
  }
  leaving.abort();
  expect((await gw.exchange(answer.headers.get('x-nexus-request-id'))).outcome).toBe('completed');
});

test('300 callers that leave at random moments leave nothing behind', async () => {
  const before = gw.ended().length;
  const models = ['fake-never', 'fake-stream-50-5', 'fake-headers-after-30', 'fake-text', 'fake-encoding-gzip+gap-5'];
  const calls = Array.from({ length: 300 }, async (_, index) => {
    const signal = AbortSignal.timeout(1 + ((index * 37) % 120));
    const answer = await gw.send(models[index % models.length] ?? '', { stream: true, signal });
    await answer.arrayBuffer();
  });
  await Promise.allSettled(calls);
  await nothingIsLeft();
  // A call may be given up by the client before its first byte reaches us; all that reached us end once.
  await waitFor('every exchange to end', () => gw.ended().length - before >= gw.fake.stats().received - 4);
  const ids = gw.ended().map((line) => line.requestId);
  expect(new Set(ids).size).toBe(ids.length);
}, 60_000);
