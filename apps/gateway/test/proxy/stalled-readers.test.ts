import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { until } from '@nexus/testkit';
import { startTestGateway, toMessagesRequest } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';

test('a caller that stops reading for good is given up when its exchange has had its time, and its connection too', async () => {
  let passedMs = 0;
  // The exchange goes by a clock of the test. Who takes nothing of what waits for it is let go by the connection's own, after 8 s.
  await using gw = await startTestGateway({
    env: { CLAUDE_API_TIMEOUT: '7900', PROXY_SERVER_TIMEOUT: '8000' },
    world: { monotonicMs: () => passedMs },
  });
  const { body } = toMessagesRequest('fake-bytes-50000000', { stream: true });
  const port = Number(new URL(gw.url).port);
  const socket = connect(port, '127.0.0.1');
  socket.pause();
  socket.on('error', () => {});
  const head = `host: localhost\r\nanthropic-version: 2023-06-01\r\ncontent-length: ${body.length}`;
  socket.write(`POST /v1/messages HTTP/1.1\r\n${head}\r\n\r\n${body}`);
  await waitFor('the connection', () => socket.localPort !== undefined && isHeld(port, socket.localPort));
  const callerPort = socket.localPort ?? 0;
  await waitFor('the answer to begin', () => readWaitingBytes(port, callerPort) > 0);
  await readSettledBytes(() => readWaitingBytes(port, callerPort));
  expect(gw.ended()).toEqual([]);

  passedMs = 8001;
  const line = await waitFor('the exchange to end', () => gw.ended().at(-1));
  expect(line).toMatchObject({ outcome: 'timed-out', status: 200 });
  await waitFor('the upstream to be let go', () => gw.fake.stats().inFlight === 0);
  await until('the connection is closed', () => (isHeld(port, callerPort) ? null : true), CLOSED_MS_MAX);
  socket.destroy();
}, 60_000);

test('a caller that takes no whole answers is let go too', async () => {
  // No exchange here takes any time; what ends the connection is the server's own look at whoever takes nothing for 4 s.
  await using gw = await startTestGateway({
    env: { CLAUDE_API_TIMEOUT: '3900', PROXY_SERVER_TIMEOUT: '4000' },
    world: { monotonicMs: () => 0 },
  });
  const { body } = toMessagesRequest('fake-bench-json-250000');
  const port = Number(new URL(gw.url).port);
  const socket = connect(port, '127.0.0.1');
  socket.pause();
  socket.on('error', () => {});
  const head = `host: localhost\r\nanthropic-version: 2023-06-01\r\ncontent-length: ${body.length}`;
  await waitFor('the connection', () => socket.localPort !== undefined && isHeld(port, socket.localPort));
  const callerPort = socket.localPort ?? 0;
  // Answers pile up in the kernel first; what no longer fits there stays with the server.
  let waitingBytes = 0;
  for (let sent = 1; sent <= ANSWERS_MAX && waitingBytes >= (sent - 1) * ANSWER_BYTES; sent += 1) {
    socket.write(`POST /v1/messages HTTP/1.1\r\n${head}\r\n\r\n${body}`);
    await waitFor('an answer', () => gw.ended().length === sent);
    waitingBytes = await readSettledBytes(() => readWaitingBytes(port, callerPort));
  }
  expect(gw.ended().every(({ outcome }) => outcome === 'completed')).toBe(true);

  await until('the connection is closed', () => (isHeld(port, callerPort) ? null : true), CLOSED_MS_MAX);
  socket.destroy();
}, 60_000);

/** The server looks once in a few seconds, on a busy machine later. */
const CLOSED_MS_MAX = 30_000;

const ANSWERS_MAX = 100;
const ANSWER_BYTES = 250_000;
const LOOKS = 20;

/** What `read` gives once it gives the same for a while. */
async function readSettledBytes(read: () => number): Promise<number> {
  let bytes = read();
  let same = 0;
  await waitFor('the kernel to have taken what it takes', () => {
    const now = read();
    same = now === bytes ? same + 1 : 0;
    bytes = now;
    return same >= LOOKS;
  });
  return bytes;
}

/** Whether the kernel still holds the server's end of the connection from `callerPort` open. */
function isHeld(port: number, callerPort: number): boolean {
  const row = new RegExp(`:${toHex(port)} [0-9A-F]+:${toHex(callerPort)} 01 `);
  return ['/proc/net/tcp', '/proc/net/tcp6'].some((table) => row.test(readFileSync(table, 'utf8')));
}

/** Bytes of answers that the kernel holds at either end. */
function readWaitingBytes(port: number, callerPort: number): number {
  const table = readFileSync('/proc/net/tcp', 'utf8');
  const ours = new RegExp(`:${toHex(port)} [0-9A-F]+:${toHex(callerPort)} 01 ([0-9A-F]+):`).exec(table)?.[1] ?? '0';
  const theirs =
    new RegExp(`:${toHex(callerPort)} [0-9A-F]+:${toHex(port)} 01 [0-9A-F]+:([0-9A-F]+)`).exec(table)?.[1] ?? '0';
  return Number.parseInt(ours, 16) + Number.parseInt(theirs, 16);
}

function toHex(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0');
}
