import { type Socket, connect } from 'node:net';

/** How a tunnel ended, and what went through it. */
export interface TunnelEnd {
  readonly because: 'closed' | 'unreachable' | 'idle' | 'refused';
  readonly bytesUp: number;
  readonly bytesDown: number;
}

/** Opens a connection to an address; nothing is looked up. */
export type Dial = (address: string, port: number) => Socket;

/** What has passed so far, for whoever looks. */
export interface TunnelCount {
  state: 'connecting' | 'open';
  bytesUp: number;
  bytesDown: number;
}

export interface TunnelOptions {
  /** Where it leads, once that is known; null where it must not lead anywhere. Never rejects. */
  readonly addresses: Promise<readonly string[] | null>;
  readonly port: number;
  /** What the caller sent before it was answered. */
  readonly early: Uint8Array;
  readonly dial?: Dial | undefined;
  readonly connectTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly count?: TunnelCount;
}

const ESTABLISHED = 'HTTP/1.1 200 Connection Established\r\n\r\n';

/**
 * Passes bytes both ways and adds none. The caller is answered before anybody is dialled, or even found: what a slow or
 * silent host or name server does shows as a slow or closed connection, as it would without a proxy. Until it is known
 * where the tunnel leads, nothing of it leaves this process.
 */
export async function passTunnel(client: Socket, options: TunnelOptions): Promise<TunnelEnd> {
  const {
    port,
    early,
    dial = dialAddress,
    connectTimeoutMs,
    count = { state: 'connecting', bytesUp: 0, bytesDown: 0 },
  } = options;
  client.write(ESTABLISHED);
  const held = holdEarly(client, early);
  const addresses = await whileOpen(client, options.addresses);
  let upstream: Socket | null = null;
  for (const address of addresses ?? []) {
    if (upstream !== null || client.destroyed) break;
    upstream = await reach(dial(address, port), client, connectTimeoutMs);
  }
  const bytes = held.release();
  if (upstream === null || client.destroyed) {
    upstream?.destroy();
    client.destroy();
    return { because: addresses === null ? 'refused' : 'unreachable', bytesUp: 0, bytesDown: 0 };
  }
  count.state = 'open';
  return joinSockets(client, upstream, { early: bytes, idleTimeoutMs: options.idleTimeoutMs, count });
}

/** None where the caller leaves first. */
function whileOpen<T>(client: Socket, work: Promise<T>): Promise<T | readonly []> {
  const { promise, resolve } = Promise.withResolvers<readonly []>();
  const leave = (): void => resolve([]);
  client.once('close', leave);
  if (client.destroyed) leave();
  return Promise.race([work, promise]).finally(() => client.off('close', leave));
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
  { early, idleTimeoutMs, count }: Pick<TunnelOptions, 'early' | 'idleTimeoutMs'> & { readonly count: TunnelCount },
): Promise<TunnelEnd> {
  const { promise, resolve } = Promise.withResolvers<TunnelEnd>();
  let because: TunnelEnd['because'] = 'closed';
  count.bytesUp = early.byteLength;
  client.on('data', (bytes: Uint8Array) => void (count.bytesUp += bytes.byteLength));
  upstream.on('data', (bytes: Uint8Array) => void (count.bytesDown += bytes.byteLength));
  client.setTimeout(idleTimeoutMs, () => {
    because = 'idle';
    client.destroy();
  });
  upstream.once('close', () => client.end(() => client.destroy()));
  client.once('close', () => {
    upstream.destroy();
    resolve({ because, bytesUp: count.bytesUp, bytesDown: count.bytesDown });
  });
  if (early.byteLength > 0) upstream.write(early);
  client.pipe(upstream);
  upstream.pipe(client);
  return promise;
}
