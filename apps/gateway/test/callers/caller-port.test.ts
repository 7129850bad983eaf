import { afterAll, beforeAll, expect, test } from 'bun:test';
import { connect } from 'node:net';
import { type TestGateway, startTestGateway } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';
import { MESSAGE, askBehind, askRaw } from '../forward/ask-proxy.ts';

/* PORT, whose connections a thread of their own holds: what is malformed gets a reason, and all else passes as it is. */

const env = { DASHBOARD_API_KEY: 'a-dashboard-key' };
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

test('behind a good request on the same connection too', async () => {
  const good = `${HEAD}Content-Length: ${MESSAGE.length}\r\n\r\n${MESSAGE}`;
  const second = await askBehind(gw.url, good, MALFORMED[0].text);
  expect(second).toStartWith('HTTP/1.1 400 ');
  expect(second).toContain('It has more than one `content-length`');
  const requestId = /^request-id: (\S+)/im.exec(second)?.[1] ?? null;
  expect(await gw.exchange(requestId)).toMatchObject({ outcome: 'refused', errorCode: 'http-malformed' });
});

test('who says half a head and that nothing more will come hears what is missing', async () => {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(gw.url).port), allowHalfOpen: true });
  let said = '';
  socket.on('data', (chunk) => (said += chunk.toString('latin1')));
  socket.end(HEAD);
  await waitFor('the end', () => socket.readableEnded);
  socket.destroy();
  expect(said).toStartWith('HTTP/1.1 408 ');
  expect(said).toContain('did not come to its end');
});

test('an upload that goes on behind its refusal is no half a head: one answer, and no second record', async () => {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(gw.url).port), allowHalfOpen: true });
  let said = '';
  let isClosed = false;
  socket.on('data', (chunk) => (said += chunk.toString('latin1')));
  socket.on('error', () => {});
  socket.once('close', () => (isClosed = true));
  socket.write(`${HEAD}Content-Length: 40000000\r\n\r\n{"secret":`);
  await waitFor('the refusal', () => said.includes('"type":"error"'));
  socket.write('"a body');
  socket.end(' that goes on');
  await waitFor('the end', () => isClosed);
  expect(said.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413']);
});

test('who keeps its side open and sends on is closed after a refusal', async () => {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(gw.url).port), allowHalfOpen: true });
  let closed = false;
  socket.once('close', () => (closed = true));
  socket.on('error', () => {});
  socket.write('GARBAGE\r\n\r\n');
  const keep = setInterval(() => socket.write('x'), 20);
  await waitFor('the connection to be closed', () => closed);
  clearInterval(keep);
});

test('limits tell callers apart by their address', async () => {
  await using limited = await startTestGateway({
    env: { RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_REQUESTS: '1', RATE_LIMIT_WINDOW: '60' },
  });
  const good = `${HEAD}Connection: close\r\nContent-Length: ${MESSAGE.length}\r\n\r\n${MESSAGE}`;
  const from = async (localAddress: string): Promise<string> => {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(limited.url).port), localAddress });
    let said = '';
    socket.on('data', (chunk) => (said += chunk.toString('latin1')));
    socket.write(good);
    await waitFor('the end', () => socket.closed);
    return said.slice(0, 12);
  };
  const statuses = [];
  for (const address of ['127.0.0.1', '127.0.0.1', '127.0.0.9']) statuses.push(await from(address));
  expect(statuses).toEqual(['HTTP/1.1 200', 'HTTP/1.1 429', 'HTTP/1.1 200']);
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

test('nobody who was let in while it closes is cut off without a word', async () => {
  const closing = await startTestGateway();
  const good = `${HEAD}Connection: close\r\nContent-Length: ${MESSAGE.length}\r\n\r\n${MESSAGE}`;
  const outcomes = new Set<string>();
  let answered = 0;
  const call = async (): Promise<void> => {
    while (!outcomes.has('ECONNREFUSED')) {
      outcomes.add(
        await askRaw(closing.url, good).then(
          ({ head }) => head.slice(0, 12),
          (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown'),
        ),
      );
      answered += 1;
    }
  };
  const callers = Array.from({ length: 20 }, call);
  await waitFor('some to be answered', () => answered > 100);
  await closing.gateway.close({ drainMs: 10_000 });
  await Promise.all(callers);
  outcomes.delete('HTTP/1.1 503');
  // The kernel resets who stands in its queue at the very moment at which a port closes: nobody has let those in yet.
  outcomes.delete('ECONNRESET');
  expect([...outcomes].sort()).toEqual(['ECONNREFUSED', 'HTTP/1.1 200']);
  await closing[Symbol.asyncDispose]();
}, 30_000);
