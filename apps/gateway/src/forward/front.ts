import { type Socket, connect, createServer } from 'node:net';
import { type Listener, toListenProblem } from '../listen.ts';
import { toBaseUrl } from '../to-base-url.ts';
import { type FirstLine, HEAD_BYTES_MAX, readFirstLine } from './read-first-line.ts';

/** One connection of a caller to the forward proxy. */
export interface Link {
  readonly first: FirstLine;
  /** Of the caller; the server behind sees only ours. */
  readonly address: string;
  /** Requests that came on it and were answered by the server behind. */
  requests: number;
  /** Takes the connection away from the server behind; `early` are bytes that came with the head. */
  take(next: (client: Socket, early: Uint8Array) => void): void;
}

/** The listening socket of the forward proxy. It reads one line of a connection; everything else is read by `Bun.serve`. */
export interface Front extends Listener {
  /** The connection that the server behind knows by this port of its other end. */
  findLink(innerPort: number | undefined): Link | null;
  openConnections(): number;
}

export interface FrontOptions {
  readonly host: string;
  readonly port: number;
  readonly connectionsMax: number;
  /** Of the server behind, on 127.0.0.1. */
  readonly innerPort: number;
}

/** How long a connection may take to say what it wants. */
const HEAD_MS = 30_000;

/** @throws {Error} with a sentence for the operator where the port cannot be had. */
export async function openFront(options: FrontOptions): Promise<Front> {
  const clients = new Set<Socket>();
  /** Those that have not said yet what they want. */
  const waiting = new Set<Socket>();
  const links = new Map<number, Link>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    if (clients.size >= options.connectionsMax) return refuse(client, '503 Service Unavailable');
    clients.add(client);
    client.once('close', () => clients.delete(client));
    // A caller that goes away breaks its own connection and nothing else.
    client.on('error', () => client.destroy());
    return welcome(client, { links, waiting, innerPort: options.innerPort });
  });
  const port = await startListening(server, options);
  const closed = Promise.withResolvers<void>();
  return {
    port,
    url: toBaseUrl(port, { host: options.host, nameWhereAny: 'localhost' }),
    findLink: (innerPort) => (innerPort === undefined ? null : (links.get(innerPort) ?? null)),
    openConnections: () => clients.size,
    stop: () => {
      server.close(() => closed.resolve());
      for (const client of waiting) client.destroy();
      return closed.promise;
    },
    destroy: () => {
      server.close(() => closed.resolve());
      for (const client of clients) client.destroy();
      return Promise.resolve();
    },
  };
}

function startListening(server: ReturnType<typeof createServer>, { host, port }: FrontOptions): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.once('error', (cause) =>
    reject(new Error(toListenProblem({ host, port, setting: 'FORWARD_PROXY_PORT' }, cause), { cause })),
  );
  server.listen({ host: host.replace(/^\[|\]$/g, ''), port }, () => {
    const address = server.address();
    resolve(typeof address === 'object' && address !== null ? address.port : port);
  });
  return promise;
}

interface Inside {
  readonly links: Map<number, Link>;
  readonly waiting: Set<Socket>;
  readonly innerPort: number;
}

/** Waits for the first line, and for CONNECT for the whole head: what follows it is meant for somebody else. */
function welcome(client: Socket, inside: Inside): void {
  let seen = new Uint8Array(0);
  inside.waiting.add(client);
  client.once('close', () => inside.waiting.delete(client));
  client.setTimeout(HEAD_MS, () => client.destroy());
  const onData = (chunk: Uint8Array): void => {
    seen = join(seen, chunk);
    const first = readFirstLine(seen);
    if (first.kind === 'unfinished' && seen.byteLength <= HEAD_BYTES_MAX) return;
    inside.waiting.delete(client);
    client.off('data', onData);
    client.pause();
    client.setTimeout(0);
    if (first.kind === 'unfinished') refuse(client, '431 Request Header Fields Too Large');
    else if (first.kind === 'malformed') refuse(client, '400 Bad Request');
    else passInside(client, { first, seen }, inside);
  };
  client.on('data', onData);
}

function join(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.byteLength + other.byteLength);
  both.set(one);
  both.set(other, one.byteLength);
  return both;
}

interface Seen {
  readonly first: FirstLine;
  readonly seen: Uint8Array;
}

/** Hands the connection to the server behind, byte for byte, and with it what the first line said. */
function passInside(client: Socket, { first, seen }: Seen, { links, innerPort }: Inside): void {
  const inner = connect({ port: innerPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  let ownPort: number | undefined;
  let taken = false;
  const link: Link = {
    first,
    address: client.remoteAddress ?? '',
    requests: 0,
    take: (next) => {
      taken = true;
      inner.unpipe(client);
      client.unpipe(inner);
      inner.destroy();
      next(client, seen.subarray(first.headBytes ?? seen.byteLength));
    },
  };
  inner.on('error', () => inner.destroy());
  inner.once('close', () => {
    if (ownPort !== undefined) links.delete(ownPort);
    if (!taken) client.end(() => client.destroy());
  });
  client.once('close', () => inner.destroy());
  inner.once('connect', () => {
    ownPort = inner.localPort;
    if (ownPort !== undefined) links.set(ownPort, link);
    inner.write(seen.subarray(0, first.headBytes ?? seen.byteLength));
    inner.pipe(client);
    // What follows CONNECT is not HTTP, and is held until somebody takes it.
    if (first.kind !== 'connect') client.pipe(inner);
  });
}

function refuse(client: Socket, status: string): void {
  client.on('error', () => client.destroy());
  client.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => client.destroy());
}
