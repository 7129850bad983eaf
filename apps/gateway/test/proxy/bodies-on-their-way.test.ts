import { join } from 'node:path';
import { type RawConnection, connectRaw } from '@nexus/testkit';
import { expect, test } from 'bun:test';
import { type TestGateway, startTestGateway } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';
import { DASHBOARD_KEY, loadPage } from '../metrics/load-page.ts';
import { findValue } from '../metrics/read-page.ts';

const MEGABYTE = 1_048_576;
const LARGEST = 32 * MEGABYTE;

interface Promised {
  /** That are to come. */
  readonly bytes: number;
  /** What comes of them. */
  readonly sent: Uint8Array;
  readonly headers?: string;
}

/** A connection whose request begins. */
async function begin(gw: TestGateway, { bytes, sent, headers = '' }: Promised): Promise<RawConnection> {
  const connection = await connectRaw(gw.url);
  const head = `POST /v1/messages HTTP/1.1\r\nhost: localhost\r\n${headers}content-length: ${bytes}\r\n\r\n`;
  await connection.write(Buffer.concat([Buffer.from(head), sent]));
  return connection;
}

/** What came on a connection, once there is an answer. */
async function answerOf(connection: RawConnection): Promise<string> {
  return waitFor('an answer', () => {
    const text = connection.received().toString('utf8');
    return text.includes('"request_id"') && text;
  });
}

async function readInFlight(gw: TestGateway): Promise<number | null> {
  return findValue(await loadPage(gw), 'nexus_exchanges_in_flight');
}

const ENV = { DASHBOARD_API_KEY: DASHBOARD_KEY };

const OPENING = Buffer.from('{');

test('callers that promise large bodies and fall silent take nothing from anybody', async () => {
  await using gw = await startTestGateway({ env: ENV });
  const silent = await Promise.all(Array.from({ length: 40 }, () => begin(gw, { bytes: LARGEST, sent: OPENING })));
  await waitFor('all of them to be waited for', async () => (await readInFlight(gw)) === silent.length);
  for (let times = 0; times < 3; times += 1) expect((await gw.send('fake-text')).status).toBe(200);
  const large = await gw.send('fake-text', { text: 'a'.repeat(MEGABYTE) });
  expect(large.status).toBe(200);
  for (const connection of silent) connection.leave('rst');
});

test('of large bodies that came but for a byte no more than eight of the largest are held, and ordinary ones pass', async () => {
  await using gw = await startTestGateway({ env: { NEXUS_BODY_BYTES_MAX: String(MEGABYTE) } });
  const almost = Buffer.alloc(MEGABYTE - 1, 'a');
  const nine = await Promise.all(Array.from({ length: 9 }, () => begin(gw, { bytes: MEGABYTE, sent: almost })));
  const refused = await Promise.any(nine.map((connection) => answerOf(connection)));
  expect(refused).toStartWith('HTTP/1.1 429');
  expect((await gw.send('fake-text')).status).toBe(200);
  expect(nine.filter((connection) => connection.receivedBytes() > 0).length).toBe(1);
  for (const connection of nine) connection.leave('rst');
  const sendLarge = () => gw.send('fake-text', { text: 'a'.repeat(MEGABYTE / 2) });
  await waitFor('the room to be free again', async () => (await sendLarge()).status === 200);
});

test('who needs a key and has none is refused before a large body is waited for', async () => {
  await using gw = await startTestGateway({
    env: { ENABLE_CLIENT_AUTH: 'true' },
    prepare: async (folder) => {
      const file = { type: 'api_key', api_key: 'sk-ant-api03-stored', client_api_key: 'of-the-file' };
      await Bun.write(join(folder, 'default.credentials.json'), JSON.stringify(file));
    },
  });
  for (const [headers, code] of [
    ['', 'key-missing'],
    ['x-api-key: nx_live_made-up\r\n', 'key-unknown'],
  ] as const) {
    const connection = await begin(gw, { bytes: LARGEST, sent: OPENING, headers });
    expect(await answerOf(connection)).toStartWith('HTTP/1.1 401');
    const line = await waitFor('the record', () => gw.ended().find(({ errorCode }) => errorCode === code));
    expect(line).toMatchObject({ outcome: 'refused', domain: 'default' });
  }
  const known = { headers: { 'x-api-key': 'of-the-file' }, text: 'a'.repeat(MEGABYTE) };
  expect((await gw.send('fake-text', known)).status).toBe(200);
});

test.concurrent.each([
  ['an ordinary body', 80],
  ['a large body', LARGEST],
])('%s that stops coming is answered, recorded and given up', async (_what, bytes) => {
  await using gw = await startTestGateway({ env: { ...ENV, NEXUS_BODY_TIMEOUT_MS: '200' } });
  const answer = await answerOf(await begin(gw, { bytes, sent: OPENING }));
  expect(answer).toStartWith('HTTP/1.1 408');
  expect(answer).toContain('"type":"invalid_request_error"');
  const line = await waitFor('the record', () => gw.ended().at(-1));
  expect(line).toMatchObject({ outcome: 'refused', status: 408, errorCode: 'body-unfinished' });
  expect(await readInFlight(gw)).toBe(0);
});

test('a large body may take as long as something of it comes', async () => {
  const timeoutMs = 2_000;
  await using gw = await startTestGateway({ env: { NEXUS_BODY_TIMEOUT_MS: String(timeoutMs) } });
  const text = 'a'.repeat(MEGABYTE);
  const body = Buffer.from(
    JSON.stringify({ model: 'fake-text', max_tokens: 9, messages: [{ role: 'user', content: text }] }),
  );
  const pieces = 8;
  const size = Math.ceil(body.byteLength / pieces);
  const headers = 'x-api-key: sk-ant-test\r\nanthropic-version: 2023-06-01\r\n';
  const connection = await begin(gw, { bytes: body.byteLength, sent: body.subarray(0, size), headers });
  for (let piece = 1; piece < pieces; piece += 1) {
    await Bun.sleep(timeoutMs / (pieces - 2));
    await connection.write(body.subarray(piece * size, (piece + 1) * size));
  }
  await waitFor('an answer', () => connection.received().includes('"type":"message"'));
  expect(connection.received().toString('utf8')).toStartWith('HTTP/1.1 200');
  connection.leave('rst');
});
