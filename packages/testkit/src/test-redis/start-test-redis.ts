import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { until } from '../until.ts';

/** A Redis of its own, on a unix socket, that keeps nothing. */
export interface TestRedis {
  /** What REDIS_URL is to be. */
  readonly url: string;
  readonly pid: number;
  /** Stops answering without closing a connection, until `resume`. */
  freeze(): void;
  resume(): void;
  /** `SIGKILL`: all that it knew is gone. */
  kill(): Promise<void>;
  /** Starts it anew under the same URL. */
  restart(): Promise<void>;
  /** Ends it and deletes its folder. */
  stop(): Promise<void>;
}

/** The program of a Redis or Valkey server on this machine; null, said once aloud, where there is none. */
export function findRedisServer(): string | null {
  found ??= { program: Bun.which('redis-server') ?? Bun.which('valkey-server') };
  if (found.program === null && !found.told) {
    console.warn(
      'There is no redis-server: what is tested with REDIS_URL does not run (apt-get install redis-server).',
    );
    found.told = true;
  }
  return found.program;
}

let found: { readonly program: string | null; told?: boolean } | null = null;

/** @throws {Error} where this machine has no server, see `findRedisServer`. */
export async function startTestRedis(): Promise<TestRedis> {
  const program = findRedisServer();
  if (program === null) throw new Error('there is no redis-server on this machine');
  const folder = await mkdtemp(path.join(tmpdir(), 'nexus-redis-'));
  const socket = path.join(folder, 'redis.sock');
  let child = await spawnServer(program, folder, socket);
  return {
    url: `redis+unix://${socket}`,
    get pid() {
      return child.pid;
    },
    freeze: () => void process.kill(child.pid, 'SIGSTOP'),
    resume: () => void process.kill(child.pid, 'SIGCONT'),
    kill: () => end(child),
    restart: async () => {
      await end(child);
      child = await spawnServer(program, folder, socket);
    },
    stop: async () => {
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Server {
  readonly pid: number;
  readonly guard: { readonly stdin: { end(): unknown }; readonly exited: Promise<number> };
}

/** Starts what is asked for, tells its process id, and ends it when standard input ends: also where a test is killed. */
const GUARD = '"$@" >/dev/null 2>&1 & echo $!; read -r _; kill -9 $!; wait';

async function spawnServer(program: string, folder: string, socket: string): Promise<Server> {
  await rm(socket, { force: true });
  const server = [program, '--port', '0', '--unixsocket', socket, '--save', '', '--dir', folder];
  const guard = Bun.spawn(['/bin/sh', '-c', GUARD, 'sh', ...server], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'ignore',
  });
  const { value } = await guard.stdout.getReader().read();
  await until('Redis to listen', () => existsSync(socket) || null);
  return { pid: Number(new TextDecoder().decode(value)), guard };
}

async function end({ guard }: Server): Promise<void> {
  await guard.stdin.end();
  await guard.exited;
}
