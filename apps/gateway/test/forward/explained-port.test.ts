import { afterAll, beforeAll, expect, test } from 'bun:test';
import { connect } from 'node:net';
import { type TestGateway, startTestGateway } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';
import { MESSAGE, askRaw } from './ask-proxy.ts';

/* PORT behind a front: what is malformed gets a reason, and everything else is as it was. */

const env = { NEXUS_EXPLAIN_MALFORMED: 'true', DASHBOARD_API_KEY: 'a-dashboard-key' };
let gw: TestGateway;

beforeAll(async () => {
  gw = await startTestGateway({ env });
});

afterAll(async () => {
  await gw[Symbol.asyncDispose]();
});

const HEAD = 'POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nAnthropic-Version: 2023-06-01\r\n';

const MALFORMED = [
  { what: 'two lengths', text: `${HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, status: 400 },
  { what: 'a control character', text: `${HEAD}X-Odd: a\u0001b\r\n\r\n`, status: 400 },
  { what: 'too long a header', text: `${HEAD}X-Long: ${'a'.repeat(20_000)}\r\n\r\n`, status: 431 },
] as const;

test.each(MALFORMED)('$what: Claude’s shape, and a record', async ({ text, status }) => {
  const errorCode = status === 431 ? 'head-too-large' : 'http-malformed';
  const answer = await askRaw(gw.url, text);
  const requestId = /^request-id: (\S+)/im.exec(answer.head)?.[1] ?? null;
  expect([answer.status, JSON.parse(answer.body)]).toMatchObject([
    status,
    { type: 'error', error: { type: 'invalid_request_error' }, request_id: requestId },
  ]);
  expect(await gw.exchange(requestId)).toMatchObject({ outcome: 'refused', status, errorCode });
});

test('good requests pass, whole and streamed, one after the other on one connection; and the API is there', async () => {
  const whole = await gw.send('fake-text');
  expect(await whole.json()).toMatchObject({ type: 'message' });
  const stream = await gw.send('fake-stream-20-5', { stream: true });
  expect(await stream.text()).toContain('message_stop');
  const good = `${HEAD}Content-Length: ${MESSAGE.length}\r\n\r\n${MESSAGE}`;
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(gw.url).port) });
  let said = '';
  socket.on('data', (chunk) => (said += chunk.toString('latin1')));
  for (const count of [1, 2]) {
    socket.write(good);
    await waitFor('an answer', () => said.split('"type":"message"').length - 1 === count || null);
  }
  socket.destroy();
  expect((await fetch(`${gw.url}/healthz`)).status).toBe(200);
  const answer = await fetch(`${gw.url}/openapi.json`, { headers: { 'x-dashboard-key': env.DASHBOARD_API_KEY } });
  expect(answer.status).toBe(200);
});

test('a caller that leaves frees what it held', async () => {
  const gone = new AbortController();
  const asked = gw.send('fake-never', { signal: gone.signal }).catch(() => null);
  await waitFor('the request to arrive', () => gw.fake.stats().inFlight === 1 || null);
  gone.abort();
  await asked;
  await waitFor('the upstream to be free', () => gw.fake.stats().inFlight === 0 || null);
});

test('closing lets a running stream end, also where idle connections are open', async () => {
  const closing = await startTestGateway({ env });
  await (await closing.send('fake-text')).text();
  const answer = await closing.send('fake-stream-20-20', { stream: true });
  const closed = closing.gateway.close({ drainMs: 15_000 });
  expect(await answer.text()).toContain('message_stop');
  await closed;
  await closing[Symbol.asyncDispose]();
});
