import { afterAll, beforeAll, expect, test } from 'bun:test';
import { connectRaw, toRawRequest } from '../load/raw-request.ts';
import { until } from '../until.ts';
import { type FakeClaude, startFakeClaude } from './start-fake-claude.ts';
import { sendMessage } from './test-client.ts';

let fake: FakeClaude;

beforeAll(async () => {
  fake = await startFakeClaude();
});

afterAll(async () => {
  await fake.stop();
});

/** Everything the fake wrote until the connection ended. */
async function receive(model: string, stream = true): Promise<{ head: string; body: string }> {
  const connection = await connectRaw(fake.url);
  const body = JSON.stringify({ model, max_tokens: 9, stream, messages: [{ role: 'user', content: 'Hi.' }] });
  const headers = [
    ['host', 'fake'],
    ['x-api-key', 'k'],
    ['anthropic-version', '2023-06-01'],
    ['connection', 'close'],
  ] as const;
  await connection.write(toRawRequest('/v1/messages', body, headers));
  await connection.closed;
  const text = connection.received().toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  return { head: text.slice(0, end), body: text.slice(end + 4) };
}

/** Sizes of the chunks of a body, a last 0 where it ends as it should. */
function toChunkSizes(body: string): number[] {
  const sizes: number[] = [];
  for (let at = 0; at < body.length;) {
    const lineEnd = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.slice(at, lineEnd), 16);
    sizes.push(size);
    at = lineEnd + 2 + size + 2;
  }
  return sizes;
}

const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);

test('a cut stream has exactly its bytes and no end', async () => {
  const sizes = toChunkSizes((await receive('fake-text+cut-333')).body);
  expect([sum(sizes), sizes.at(-1) === 0]).toEqual([333, false]);
});

test('a truncated stream has exactly its bytes and a proper end', async () => {
  const sizes = toChunkSizes((await receive('fake-text+truncate-333')).body);
  expect([sum(sizes), sizes.at(-1)]).toEqual([333, 0]);
});

test('a reset connection gave its bytes before', async () => {
  expect(sum(toChunkSizes((await receive('fake-text+reset-100')).body))).toBe(100);
});

test('a short answer declares more than it sends', async () => {
  const { head, body } = await receive('fake-text+short-10', false);
  const declared = Number(/content-length: (\d+)/.exec(head)?.[1]);
  expect(declared - body.length).toBe(10);
});

test('chunks are of the size that was asked for', async () => {
  const sizes = toChunkSizes((await receive('fake-text+burst+chunk-7')).body);
  expect(new Set(sizes.slice(0, -2))).toEqual(new Set([7]));
});

test('a split stream has two pieces', async () => {
  expect(toChunkSizes((await receive('fake-text+split-50')).body)).toEqual([50, expect.any(Number), 0]);
});

test('the second of two pieces waits at its gate until the test opens it', async () => {
  const answer = await sendMessage(fake.url, { model: 'fake-text+split-50+gate-7' });
  const reader = answer.body?.getReader();
  expect((await reader?.read())?.value).toHaveLength(50);
  const rest = reader?.read();
  fake.openGate(7);
  expect((await rest)?.value?.byteLength).toBeGreaterThan(50);
  await reader?.cancel();
});

test('a caller that leaves need not wait for its gate', async () => {
  const leaving = new AbortController();
  const answer = await sendMessage(fake.url, { model: 'fake-text+cut-50+gate-8', signal: leaving.signal });
  expect(fake.stats().inFlight).toBe(1);
  leaving.abort();
  await answer.text().catch(() => '');
  await until('nothing is in flight', () => (fake.stats().inFlight === 0 ? true : null));
});

test('a filled stream has about the bytes that were asked for', async () => {
  const bytes = sum(toChunkSizes((await receive('fake-bytes-500000')).body));
  expect(Math.abs(bytes - 500_000)).toBeLessThan(10_000);
});

test('one event can be large', async () => {
  expect(Math.max(...toChunkSizes((await receive('fake-event-1000000')).body))).toBeGreaterThan(1_000_000);
});

test('a closed connection gives nothing at all', async () => {
  expect(await receive('fake-close')).toEqual({ head: '', body: '' });
});

test('chunked request bodies and pipelined requests are read as one is', async () => {
  const connection = await connectRaw(fake.url);
  const head = 'POST /_fake/echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n';
  const before = fake.requests.length;
  const chunked = `${head}3\r\nabc\r\nA;ext=1\r\n0123456789\r\n0\r\ntrailer: x\r\n\r\n`;
  for (const byte of Buffer.from(chunked)) await connection.write(Buffer.from([byte]));
  await connection.write(
    Buffer.from('GET /_fake/echo?2 HTTP/1.1\r\n\r\nGET /_fake/echo?3 HTTP/1.1\r\nconnection: close\r\n\r\n'),
  );
  await connection.closed;
  const received = fake.requests.slice(before);
  expect(received.map((request) => request.target)).toEqual(['/_fake/echo', '/_fake/echo?2', '/_fake/echo?3']);
  expect(received[0]?.body.toString()).toBe('abc0123456789');
});
