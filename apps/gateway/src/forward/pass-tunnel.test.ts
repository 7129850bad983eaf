import { expect, test } from 'bun:test';
import { type AddressInfo, Socket, connect, createServer } from 'node:net';
import { passTunnel } from './pass-tunnel.ts';

/** Both ends of a connection on this machine. */
async function openPair() {
  const { promise: accepted, resolve } = Promise.withResolvers<Socket>();
  const server = createServer({ allowHalfOpen: true }, resolve);
  const { promise: listening, resolve: onListening } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', () => onListening());
  await listening;
  const caller = connect(toPort(server.address()), '127.0.0.1');
  const ours = await accepted;
  server.close();
  return { caller, ours };
}

function toPort(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const bounds = { connectTimeoutMs: 10_000, idleTimeoutMs: 10_000, early: new Uint8Array(0), port: 443 };

test('a caller is answered before anybody is dialled, and although nobody ever answers there', async () => {
  const { caller, ours } = await openPair();
  const happened: string[] = [];
  const { promise: answered, resolve } = Promise.withResolvers<string>();
  caller.on('data', (bytes) => resolve(bytes.toString()));
  const dialled = new Socket();
  const write = ours.write.bind(ours);
  ours.write = (bytes: string | Uint8Array) => {
    happened.push('answered');
    return write(bytes);
  };
  const end = passTunnel(ours, {
    ...bounds,
    addresses: Promise.resolve(['192.0.2.1']),
    dial: () => {
      happened.push('dialled');
      return dialled;
    },
  });
  expect(await answered).toStartWith('HTTP/1.1 200 ');
  expect(happened).toEqual(['answered', 'dialled']);
  caller.destroy();
  expect(await end).toEqual({ because: 'unreachable', bytesUp: 0, bytesDown: 0 });
  expect(dialled.destroyed).toBe(true);
});

test('every address is tried in turn, and each but the last may fail', async () => {
  const { caller, ours } = await openPair();
  using echo = Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    socket: { data: (socket, bytes) => void socket.write(bytes) },
  });
  const dialled: string[] = [];
  const end = passTunnel(ours, {
    ...bounds,
    early: Buffer.from('hi'),
    addresses: Promise.resolve(['first', 'second']),
    dial: (address) => {
      dialled.push(address);
      const socket = new Socket({ allowHalfOpen: true });
      if (address === 'second') return connect(echo.port, '127.0.0.1');
      queueMicrotask(() => socket.emit('error', new Error('refused')));
      return socket;
    },
  });
  const { promise: echoed, resolve } = Promise.withResolvers<void>();
  let said = '';
  caller.on('data', (bytes) => {
    said += bytes.toString();
    if (said.endsWith('hi')) resolve();
  });
  await echoed;
  caller.destroy();
  expect([await end, dialled]).toEqual([{ because: 'closed', bytesUp: 2, bytesDown: 2 }, ['first', 'second']]);
});
