import { type Socket, connect } from 'node:net';
import { type Listener, type ServerOf, listen } from '../listen.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import type { ForwardTarget } from './forward-target.ts';
import type { ForwardCaller } from './gatekeeper.ts';
import { LEAF_DAYS } from './leaf-days.ts';
import { passTunnel } from './pass-tunnel.ts';

/** A connection whose TLS ends here: whom it was for, and who asked. */
export interface Intercepted {
  readonly target: ForwardTarget;
  readonly caller: ForwardCaller;
  /** Of the caller. */
  readonly address: string;
}

/** Answers CONNECT as the host that was meant, so that what goes through can be recorded. */
export interface Interceptor {
  /** Takes a connection over. @throws {Error} where no certificate can be made. */
  take(client: Socket, early: Uint8Array, intercepted: Intercepted): Promise<void>;
  /** Lets answers end. */
  stop(): Promise<void>;
  destroy(): Promise<void>;
}

export interface InterceptorOptions {
  readonly authority: CertificateAuthority;
  /** Null for a request on a connection that is not one of ours. */
  readonly serve: (request: Request, server: ServerOf, intercepted: Intercepted | null) => Promise<Response> | Response;
  readonly connectTimeoutMs: number;
  readonly onError: (error: unknown) => void;
  readonly newId: () => string;
  readonly clock: () => number;
}

/** Hosts of upstreams that are spoken for at once; the one that was made first goes first. */
const HOSTS_MAX = 64;
/** A certificate is made anew long before it ends. */
const RENEW_MS = (LEAF_DAYS * 86_400_000) / 3;

/**
 * One TLS server of `Bun.serve` a host, since each has one certificate. Which connection a request came on is told by the
 * port of its other end, which is ours.
 */
export function createInterceptor(options: InterceptorOptions): Interceptor {
  const connections = new Map<number, Intercepted>();

  const hosts = createHostServers(options, (request, server) =>
    options.serve(request, server, connections.get(server.requestIP(request)?.port ?? 0) ?? null),
  );

  function dial(port: number, intercepted: Intercepted): Socket {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    socket.once('connect', () => {
      const { localPort } = socket;
      if (localPort === undefined) return;
      connections.set(localPort, intercepted);
      socket.once('close', () => connections.delete(localPort));
    });
    return socket;
  }

  return {
    take: async (client, early, intercepted) => {
      const listener = await hosts.find(intercepted.target.host);
      await passTunnel(client, {
        addresses: LOOPBACK,
        port: listener.port,
        early,
        dial: (_, port) => dial(port, intercepted),
        connectTimeoutMs: options.connectTimeoutMs,
        // The server behind and the pipeline have bounds of their own; long thinking is silent.
        idleTimeoutMs: 0,
      });
    },
    stop: () => hosts.endAll((listener) => listener.stop()),
    destroy: () => hosts.endAll((listener) => listener.destroy()),
  };
}

const LOOPBACK = Promise.resolve(['127.0.0.1']);

interface HostServer {
  readonly listener: Promise<Listener>;
  readonly sinceMs: number;
}

/** The servers by host, made when they are first asked for. */
function createHostServers(
  { authority, clock, onError, newId }: InterceptorOptions,
  serve: (request: Request, server: ServerOf) => Promise<Response> | Response,
) {
  const servers = new Map<string, HostServer>();

  async function open(host: string): Promise<Listener> {
    const tls = await authority.issue(host);
    return listen({ host: '127.0.0.1', port: 0, setting: 'FORWARD_PROXY_PORT', tls, fetch: serve, onError, newId });
  }

  /** Lets its answers end. */
  function drop(host: string): void {
    const server = servers.get(host);
    servers.delete(host);
    void server?.listener.then(
      (listener) => listener.stop(),
      () => {},
    );
  }

  return {
    find: (host: string): Promise<Listener> => {
      const known = servers.get(host);
      if (known !== undefined && clock() - known.sinceMs < RENEW_MS) return known.listener;
      drop(host);
      const made = { listener: open(host), sinceMs: clock() };
      made.listener.catch(() => drop(host));
      servers.set(host, made);
      const [oldest] = servers.keys();
      if (servers.size > HOSTS_MAX && oldest !== undefined) drop(oldest);
      return made.listener;
    },
    endAll: async (end: (listener: Listener) => Promise<void>): Promise<void> => {
      const ending = [...servers.values()].map(({ listener }) => listener.then(end, () => {}));
      await Promise.all(ending);
    },
  };
}
