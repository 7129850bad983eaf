import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { type FakeClaude, type GatewayProcess, startFakeClaude, startGatewayProcess } from '@nexus/testkit';
import { toMessagesRequest } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';
import { type PoolEntry, toKey, toPoolFile, toPoolPath } from './pool-gateway.ts';

const STREAMS = 500;

let folder: string;
let fake: FakeClaude;
let gateway: GatewayProcess;

beforeAll(async () => {
  folder = await mkdtemp(`${tmpdir()}/nexus-reload-`);
  await put([{ id: 'stays' }, { id: 'rotates' }, { id: 'goes' }]);
  fake = await startFakeClaude({ requestsKeptMax: 10_000 });
  const settings = { STORAGE_ENABLED: 'false', CREDENTIALS_DIR: folder, LOG_LEVEL: 'warn' };
  gateway = await startGatewayProcess({ upstreamUrl: fake.url, settings });
}, 30_000);

afterAll(async () => {
  await gateway.remove();
  await fake.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Puts a file in place as editors and mounted secrets do: nobody ever sees half of it. */
async function put(accounts: readonly PoolEntry[], strategy = 'round-robin'): Promise<void> {
  const path = toPoolPath(folder);
  await Bun.write(`${path}.new`, toPoolFile(accounts, strategy));
  await rename(`${path}.new`, path);
}

/** One stream of some seconds on a connection of its own; resolves with all that came. */
function runStream(index: number): Promise<string> {
  const body = toMessagesRequest('fake-stream-30-100', { stream: true }).body;
  const head = `POST /v1/messages HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nanthropic-version: 2023-06-01\r\nx-claude-code-session-id: s${index}\r\ncontent-length: ${body.length}\r\n\r\n`;
  const { promise, resolve } = Promise.withResolvers<string>();
  let text = '';
  const socket = connect(Number(new URL(gateway.proxyUrl).port), '127.0.0.1', () => socket.write(head + body));
  socket.on('data', (bytes) => (text += bytes.toString('latin1')));
  socket.on('error', () => {});
  socket.on('close', () => resolve(text));
  return promise;
}

async function askedWith(): Promise<string> {
  await (await fetch(`${gateway.proxyUrl}/v1/messages`, toMessagesRequest('fake-text'))).text();
  return fake.requests.at(-1)?.header('x-api-key') ?? '';
}

test('a reload, a rotated key and a removed account under 500 streams: none of them fails', async () => {
  const streams = Array.from({ length: STREAMS }, (_, index) => runStream(index));
  // The first may be over before the last begins, where the machine is busy.
  await waitFor('every stream to begin', () => fake.requests.length === STREAMS);
  const used = new Set(fake.requests.map((request) => request.header('x-api-key')));
  expect(used).toEqual(new Set(['stays', 'rotates', 'goes'].map(toKey)));

  await put([{ id: 'stays' }, { id: 'rotates', key: 'sk-ant-api03-new' }, { id: 'comes' }], 'weighted');
  await waitFor('the new key', async () => (await askedWith()) === 'sk-ant-api03-new');
  const later = new Set<string>();
  for (let times = 0; times < 30; times += 1) later.add(await askedWith());
  expect(later).toEqual(new Set([toKey('stays'), 'sk-ant-api03-new', toKey('comes')]));

  const answers = await Promise.all(streams);
  const failed = answers.filter((text) => !text.startsWith('HTTP/1.1 200') || !text.includes('message_stop'));
  expect(failed).toEqual([]);
}, 60_000);
