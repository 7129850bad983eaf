import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type Socket, connect } from 'node:net';
import { type FakeClaude, type GatewayProcess, startFakeClaude, startGatewayProcess } from '@nexus/testkit';
import { toMessagesRequest } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';

/** Bun's own bound is 256; each takes two of this process's file descriptors. */
const HELD = 2_000;

let fake: FakeClaude;
let gateway: GatewayProcess;
const sockets: Socket[] = [];

beforeAll(async () => {
  fake = await startFakeClaude({ requestsKeptMax: 0 });
  const settings = { STORAGE_ENABLED: 'false', ANTHROPIC_API_KEY: 'sk-ant-api03-x', LOG_LEVEL: 'warn' };
  gateway = await startGatewayProcess({ upstreamUrl: fake.url, settings });
}, 30_000);

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await gateway.remove();
  await fake.stop();
});

test('2,000 streams are held at once, and one more caller is answered beside them', async () => {
  const body = toMessagesRequest('fake-silence-600', { stream: true }).body;
  const head = `POST /v1/messages HTTP/1.1\r\nhost: localhost\r\nanthropic-version: 2023-06-01\r\ncontent-length: ${body.length}\r\n\r\n`;
  let begun = 0;
  for (let index = 0; index < HELD; index += 1) {
    const socket = connect(Number(new URL(gateway.proxyUrl).port), '127.0.0.1', () => socket.write(head + body));
    socket.once('data', () => {
      begun += 1;
    });
    socket.on('error', () => {});
    sockets.push(socket);
  }
  await waitFor('every stream to begin', () => begun === HELD);
  expect(fake.stats().inFlight).toBe(HELD);
  const answer = await fetch(`${gateway.proxyUrl}/v1/messages`, toMessagesRequest('fake-text'));
  expect(answer.status).toBe(200);
  for (const socket of sockets) socket.destroy();
  await waitFor('every upstream connection to be let go', () => fake.stats().inFlight === 0);
}, 60_000);
