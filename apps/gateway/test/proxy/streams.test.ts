import { afterAll, expect, test } from 'bun:test';
import { connect } from 'node:net';
import { startTestGateway } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';

const gw = await startTestGateway();
afterAll(() => gw[Symbol.asyncDispose]());

test('an event is handed on before the next one is there', async () => {
  const answer = await gw.send('fake-stream-3-20000', { stream: true });
  const reader = answer.body?.getReader();
  const first = await reader?.read();
  // The fake has two more events and 40 s to go.
  expect(gw.fake.stats().inFlight).toBe(1);
  expect(Buffer.from(first?.value ?? []).toString()).toContain('message_start');
  await reader?.cancel();
});

test('the outcome names an error inside the stream', async () => {
  const answer = await gw.send('fake-error-after-content', { stream: true });
  expect(await answer.text()).toContain('event: error');
  expect((await gw.exchange(answer.headers.get('x-nexus-request-id'))).outcome).toBe('stream-error');
});

test('a stream that ends in mid frame is passed as it is and named cut', async () => {
  const answer = await gw.send('fake-truncate-300', { stream: true });
  expect((await answer.arrayBuffer()).byteLength).toBe(300);
  expect((await gw.exchange(answer.headers.get('x-nexus-request-id'))).outcome).toBe('cut');
});

test('a connection that breaks in mid stream breaks for the caller too', async () => {
  const answer = await gw.send('fake-drip-100-5+reset-300', { stream: true });
  expect(answer.text()).rejects.toThrow();
  expect((await gw.exchange(answer.headers.get('x-nexus-request-id'))).outcome).toBe('cut');
});

test('one event of 5 MB passes whole', async () => {
  const answer = await gw.send('fake-event-5000000', { stream: true });
  expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(5_000_000);
  expect((await gw.exchange(answer.headers.get('x-nexus-request-id'))).outcome).toBe('completed');
});

test('a caller that does not read holds the upstream back instead of filling our memory', async () => {
  const endless = startEndlessUpstream();
  await using own = await startTestGateway({ env: { CLAUDE_API_BASE_URL: endless.url } });
  const socket = connect(Number(new URL(own.url).port), '127.0.0.1');
  socket.pause();
  socket.write('GET /v1/endless HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await waitFor('the stream to begin', () => endless.sentBytes() > 0);
  let before = -1;
  let stillTimes = 0;
  await waitFor('the stream to stand still', () => {
    stillTimes = endless.sentBytes() === before ? stillTimes + 1 : 0;
    before = endless.sentBytes();
    return stillTimes > 40;
  });
  // Kernel buffers of two loopback connections and a few pieces on the way; without back-pressure it never stands still.
  expect(endless.sentBytes()).toBeLessThan(40_000_000);
  socket.destroy();
  await waitFor('the upstream to be let go', () => endless.left());
  expect((await waitFor('the record', () => own.ended().at(-1))).outcome).toBe('aborted');
  await endless.stop();
});

test('silence between events is no reason to hang up', async () => {
  const answer = await gw.send('fake-silence-ms-1500', { stream: true });
  expect(await answer.text()).toContain('message_stop');
});

/** Sends for as long as somebody takes it. */
function startEndlessUpstream() {
  let sentBytes = 0;
  let left = false;
  const piece = new Uint8Array(65_536).fill(120);
  const server = Bun.serve({
    port: 0,
    fetch: (request) => {
      request.signal.addEventListener('abort', () => {
        left = true;
      });
      const body = new ReadableStream({
        type: 'direct',
        async pull(sink) {
          while (!request.signal.aborted) {
            await sink.write(piece);
            await sink.flush(true);
            sentBytes += piece.byteLength;
            await Bun.sleep(0);
          }
        },
      });
      return new Response(body);
    },
  });
  return {
    url: server.url.origin,
    sentBytes: () => sentBytes,
    left: () => left,
    stop: () => server.stop(true),
  };
}
