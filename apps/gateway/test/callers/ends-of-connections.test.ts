import { expect, test } from 'bun:test';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { type Socket, connect } from 'node:net';
import { createAddressMemory, openAddressTable } from '../../src/callers/address-table.ts';
import { createRelay } from '../../src/callers/relay.ts';
import { waitFor } from '../support/wait-for.ts';

/* However callers go, nothing of them stays: no caller, no address, no file. The larger form with 30,000 was run by hand. */

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const NEVER = 'GET /never HTTP/1.1\r\nHost: a\r\n\r\n';
const STREAM = 'GET /stream HTTP/1.1\r\nHost: a\r\n\r\n';
const UPLOAD = `POST /never HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n${'u'.repeat(50_000)}`;
const GARBAGE = 'GARBAGE\r\n\r\n';

const LEAVES = {
  'with FIN': (socket: Socket): unknown => socket.end(),
  'with RST': (socket: Socket): unknown => socket.resetAndDestroy(),
  'without a word': (socket: Socket): unknown => socket.destroy(),
} as const;

const SAID = [
  ...['', 'GET / HT', NEVER, UPLOAD, GARBAGE].map((text) => ({ text, hears: false })),
  ...[GET, STREAM, `${GET}${GET}${GET}`].map((text) => ({ text, hears: true })),
];

/** Everybody who leaves in some way after something was said, and heard where there is something to hear. */
const CALLERS = Object.values(LEAVES).flatMap((leave) =>
  SAID.map(({ text, hears }) => async (socket: Socket) => {
    const heard = new Promise<void>((resolve) => void socket.once('data', resolve).once('close', resolve));
    if (text !== '') await new Promise<void>((resolve) => void socket.write(text, () => resolve()));
    if (hears) await heard;
    leave(socket);
  }),
);
const OF_EACH = 12;

function answerBehind(request: Request): Response | Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === '/never') return new Promise(() => {});
  if (pathname !== '/stream') return new Response('here');
  const piece = Buffer.alloc(100_000);
  return new Response(
    new ReadableStream({
      pull: async (controller) => {
        await Bun.sleep(1);
        controller.enqueue(piece);
      },
    }),
  );
}

function countFiles(): number {
  return readdirSync('/dev/fd').length;
}

function openRelay() {
  const behind = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: answerBehind });
  const addresses = openAddressTable(createAddressMemory());
  const empty = Promise.withResolvers<void>();
  const relay = createRelay({
    innerPort: behind.port ?? 0,
    connectionsMax: 10_000,
    addresses,
    stallMs: 60_000,
    monotonicMs: () => performance.now(),
    onEmpty: () => empty.resolve(),
    refuse: (ask) => queueMicrotask(() => relay.answer(ask, Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))),
  });
  const port = Bun.listen({ hostname: '127.0.0.1', port: 0, allowHalfOpen: true, socket: relay.handler });
  return { behind, addresses, empty: empty.promise, relay, port };
}

test('whatever end a connection takes, its files, its address and its caller are given back', async () => {
  const { behind, addresses, empty, relay, port } = openRelay();
  const before = countFiles();

  async function call(act: (socket: Socket) => Promise<void>): Promise<void> {
    const socket = connect({ host: '127.0.0.1', port: port.port });
    socket.on('error', () => {});
    socket.on('data', () => {});
    const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
    await once(socket, 'connect');
    await act(socket);
    await closed;
  }

  await Promise.all(CALLERS.flatMap((act) => Array.from({ length: OF_EACH }, () => call(act))));
  await waitFor('the files to be closed', () => countFiles() <= before);
  const ports = Array.from({ length: 65_536 }, (_, number) => number);
  expect(ports.filter((number) => addresses.find(number) !== '')).toEqual([]);
  port.stop();
  relay.stop();
  await empty;
  await behind.stop(true);
}, 30_000);

test('the rest of an upload that was refused is not waited for as a request is', async () => {
  const { behind, relay, port } = openRelay();
  const socket = connect({ host: '127.0.0.1', port: port.port });
  socket.on('error', () => {});
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n');
  await once(socket, 'data');
  expect(relay.isAwaited(true)).toBe(false);
  socket.write('u'.repeat(50_000));
  await waitFor('the rest to come', () => relay.isAwaited(true));
  expect(relay.isAwaited(false)).toBe(false);
  socket.destroy();
  port.stop();
  relay.stop();
  relay.destroy();
  await behind.stop(true);
});
