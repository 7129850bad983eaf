import { type Socket, connect, createServer } from 'node:net';
import type { NoRequest } from '../callers/no-request.ts';
import { findBareRefusal, toRawAnswer } from '../callers/raw-answer.ts';
import { HEAD_BYTES_MAX, type SaidHead, addSaid } from '../callers/said-head.ts';
import { type Listener, toListenProblem } from '../listen.ts';
import type { Unread } from '../proxy/pipeline.ts';
import { toBaseUrl } from '../to-base-url.ts';
import { type FirstLine, readFirstLine } from './read-first-line.ts';

/** One connection of a caller. */
export interface Link {
  readonly first: FirstLine;
  /** Of the caller; the server behind sees only ours. */
  readonly address: string;
  /** Requests that came on it and were answered by the server behind. */
  requests: number;
  /** Takes the connection away from the server behind; `early` are bytes that came with the head. */
  take(next: (client: Socket, early: Uint8Array) => void): void;
}

/** A listening socket in front of `Bun.serve`. It reads one line of a connection; everything else is read by the server behind. */
export interface Front extends Listener {
  /** The connection that the server behind knows by this port of its other end. */
  findLink(innerPort: number | undefined): Link | null;
  openConnections(): number;
}

export interface FrontOptions {
  readonly host: string;
  readonly port: number;
  /** Name of the setting to change when the port is taken. */
  readonly setting: string;
  readonly connectionsMax: number;
  /** Of the server behind, on 127.0.0.1. */
  readonly innerPort: number;
  /** Our answer to a connection that says nothing that can be read, or to one too many. */
  readonly refuse: (why: NoRequest) => Response;
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
    if (clients.size >= options.connectionsMax) return refuse(client, options, { code: 'connections-spent' });
    clients.add(client);
    client.once('close', () => clients.delete(client));
    // A caller that goes away breaks its own connection and nothing else.
    client.on('error', () => client.destroy());
    return welcome(client, { links, waiting, ...options });
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

function startListening(
  server: ReturnType<typeof createServer>,
  { host, port, setting }: FrontOptions,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.once('error', (cause) => reject(new Error(toListenProblem({ host, port, setting }, cause), { cause })));
  server.listen({ host: host.replace(/^\[|\]$/g, ''), port }, () => {
    const address = server.address();
    resolve(typeof address === 'object' && address !== null ? address.port : port);
  });
  return promise;
}

interface Inside extends Pick<FrontOptions, 'innerPort' | 'refuse'> {
  readonly links: Map<number, Link>;
  readonly waiting: Set<Socket>;
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
    if (first.kind === 'unfinished') refuse(client, inside, toUnread(client, seen, 'head-too-large'));
    else if (first.kind === 'malformed') refuse(client, inside, toUnread(client, seen, 'http-malformed'));
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

/**
 * Hands the connection to the server behind, byte for byte, and with it what the first line said. Where the first thing that
 * it answers is a bare refusal, our own goes out instead.
 */
function passInside(client: Socket, { first, seen }: Seen, inside: Inside): void {
  /** What came since the server behind spoke last; null where that is nothing. */
  let said: SaidHead | null = addSaid(null, seen);
  const { links, innerPort } = inside;
  const inner = connect({ port: innerPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  let ownPort: number | undefined;
  /** Somebody else than the server behind answers. */
  let taken = false;
  const link: Link = {
    first,
    address: client.remoteAddress ?? '',
    requests: 0,
    take: (next) => {
      taken = true;
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
  // It may close without a word, as for a request before whose answer another one came.
  inner.once('end', () => {
    if (!taken) client.end();
  });
  inner.on('data', (bytes: Uint8Array) => {
    if (taken) return;
    const status = said === null ? null : findBareRefusal(bytes);
    if (said === null || status === null) {
      said = null;
      if (client.write(bytes)) return;
      inner.pause();
      client.once('drain', () => inner.resume());
      return;
    }
    taken = true;
    inner.destroy();
    refuse(client, inside, toUnread(client, said.bytes, status === TOO_LARGE ? 'head-too-large' : 'http-malformed'));
  });
  inner.once('connect', () => {
    ownPort = inner.localPort;
    if (ownPort !== undefined) links.set(ownPort, link);
    inner.write(seen.subarray(0, first.headBytes ?? seen.byteLength));
    // What follows CONNECT is not HTTP, and is held until somebody takes it.
    if (first.kind === 'connect') return;
    client.on('data', (bytes: Uint8Array) => {
      if (!taken) said = addSaid(said, bytes);
    });
    client.pipe(inner);
  });
}

const TOO_LARGE = 431;

function toUnread(client: Socket, bytes: Uint8Array, code: Unread['code']): Unread {
  return { bytes, code, address: client.remoteAddress ?? '' };
}

/** What a caller still sends is taken and thrown away this long. */
const LINGER_MS = 1_000;

/** Answers and closes. A connection that is closed with unread bytes in it is reset, and its caller may lose the answer. */
function refuse(client: Socket, { refuse: toRefusal }: Pick<FrontOptions, 'refuse'>, why: NoRequest): void {
  client.on('error', () => client.destroy());
  client.unpipe();
  const timer = setTimeout(() => client.destroy(), LINGER_MS);
  client.once('close', () => clearTimeout(timer));
  client.once('end', () => client.destroy());
  client.resume();
  toRawAnswer(toRefusal(why)).then(
    (bytes) => client.end(bytes),
    () => client.destroy(),
  );
}
