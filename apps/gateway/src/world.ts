import { lookup } from 'node:dns/promises';

/** Time, chance and surroundings, handed in so that a test can choose them. */
export interface World {
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Milliseconds that never run backwards, with fractions. */
  readonly monotonicMs: () => number;
  /** A UUIDv7 of `atMs` (epoch milliseconds), by default of now. */
  readonly newId: (atMs?: number) => string;
  /** False where connections to Claude go through an egress proxy, so that a direct one proves nothing. */
  readonly directEgress: boolean;
  /** A variable of the environment that a credential file names. */
  readonly readVariable: (name: string) => string | undefined;
  /** The addresses of a host name, as this machine finds them. */
  readonly resolve: (hostname: string) => Promise<readonly string[]>;
}

/** The real ones. `env` tells of egress proxies, and holds the secrets that credential files name. */
export function createWorld(env: Readonly<Record<string, string | undefined>>): World {
  return {
    clock: Date.now,
    monotonicMs: () => performance.now(),
    newId: (atMs) => (atMs === undefined ? Bun.randomUUIDv7() : Bun.randomUUIDv7('hex', atMs)),
    directEgress: !['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].some((name) => env[name]),
    readVariable: (name) => env[name],
    resolve: async (hostname) => (await lookup(hostname, { all: true })).map(({ address }) => address),
  };
}
