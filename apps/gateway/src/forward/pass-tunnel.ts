import { type Socket, connect } from 'node:net';

/** How a tunnel ended, and what went through it. */
export interface TunnelEnd {
  readonly because: 'closed' | 'unreachable' | 'idle';
  readonly bytesUp: number;
  readonly bytesDown: number;
}

/** Opens a connection to an address; nothing is looked up. */
export type Dial = (address: string, port: number) => Socket;

export interface TunnelOptions {
  readonly addresses: readonly string[];
  readonly port: number;
  /** What the caller sent before it was answered. */
  readonly early: Uint8Array;
  readonly dial?: Dial | undefined;
  readonly connectTimeoutMs: number;
  readonly idleTimeoutMs: number;
}

const ESTABLISHED = 'HTTP/1.1 200 Connection Established\r\n\r\n';

/**
 * Passes bytes both ways and adds none. The caller is answered before anybody is dialled: what a slow or silent host does
 * shows as a slow or closed connection, as it would without a proxy.
 */
export async function passTunnel(client: Socket, options: TunnelOptions): Promise<TunnelEnd> {
  const { addresses, port, early, dial = dialAddress, connectTimeoutMs, idleTimeoutMs } = options;
  client.write(ESTABLISHED);
  const held = holdEarly(client, early);
  let upstream: Socket | null = null;
  for (const address of addresses) {
    if (upstream !== null || client.destroyed) break;
    upstream = await reach(dial(address, port), client, connectTimeoutMs);
  }
  const bytes = held.release();
  if (upstream === null || client.destroyed) {
    upstream?.destroy();
    client.destroy();
    return { because: 'unreachable', bytesUp: 0, bytesDown: 0 };
  }
  return joinSockets(client, upstream, { early: bytes, idleTimeoutMs });
}

/** What a caller may send before anybody listens; a first TLS message has a few hundred bytes. */
const EARLY_BYTES_MAX = 65_536;

/** Reads on while nobody is reached: a paused connection would not tell that its caller has left. */
function holdEarly(client: Socket, early: Uint8Array): { release(): Uint8Array } {
  const pieces = [early];
  let byteCount = early.byteLength;
  const onData = (bytes: Uint8Array): void => {
    pieces.push(bytes);
    byteCount += bytes.byteLength;
    if (byteCount > EARLY_BYTES_MAX) client.pause();
  };
  const onEnd = (): void => void client.destroy();
  client.on('data', onData);
  client.once('end', onEnd);
  client.resume();
  return {
    release: () => {
      client.pause();
      client.off('data', onData);
      client.off('end', onEnd);
      return Buffer.concat(pieces);
    },
  };
}

function dialAddress(address: string, port: number): Socket {
  return connect({ host: address, port, allowHalfOpen: true, noDelay: true });
}

/** Null where it cannot be reached in time, or the caller left meanwhile. */
function reach(socket: Socket, client: Socket, connectTimeoutMs: number): Promise<Socket | null> {
  const { promise, resolve } = Promise.withResolvers<Socket | null>();
  const timer = setTimeout(() => giveUp(), connectTimeoutMs);
  const giveUp = (): void => {
    socket.destroy();
    resolve(null);
  };
  socket.on('error', giveUp);
  client.once('close', giveUp);
  socket.once('connect', () => resolve(socket));
  return promise.finally(() => {
    clearTimeout(timer);
    client.off('close', giveUp);
  });
}

/** Joins two connections until either is gone. */
function joinSockets(
  client: Socket,
  upstream: Socket,
  { early, idleTimeoutMs }: Pick<TunnelOptions, 'early' | 'idleTimeoutMs'>,
): Promise<TunnelEnd> {
  const { promise, resolve } = Promise.withResolvers<TunnelEnd>();
  let because: TunnelEnd['because'] = 'closed';
  let bytesUp = early.byteLength;
  let bytesDown = 0;
  client.on('data', (bytes: Uint8Array) => void (bytesUp += bytes.byteLength));
  upstream.on('data', (bytes: Uint8Array) => void (bytesDown += bytes.byteLength));
  client.setTimeout(idleTimeoutMs, () => {
    because = 'idle';
    client.destroy();
  });
  upstream.once('close', () => client.end(() => client.destroy()));
  client.once('close', () => {
    upstream.destroy();
    resolve({ because, bytesUp, bytesDown });
  });
  if (early.byteLength > 0) upstream.write(early);
  client.pipe(upstream);
  upstream.pipe(client);
  return promise;
}
