import { mkdirSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import type { PgConnection } from '../connection.ts';
import { type FileLock, takeLock, withLock } from '../lock/file-lock.ts';
import { StorageError } from '../storage-error.ts';
import type { StorageLog } from '../storage-log.ts';
import { findPostgresPackage, prepareBinaries } from './postgres-binaries.ts';
import { findServerAccount, type ServerAccount } from './server-account.ts';
import { prepareServerPaths } from './server-paths.ts';
import { awaitReady, EMBEDDED_USER, initServer, type ServerPlan, startServer, stopServer } from './server-process.ts';
import { isServerAlive, readServerStatus, type ServerStatus } from './server-status.ts';

/** A running embedded PostgreSQL that this process is a user of. */
export interface EmbeddedPostgres {
  readonly connection: PgConnection;
  /** The folder with the database in it: `dataDir`, or one of its own where the server's account cannot enter that. */
  readonly folder: string;
  /** True where another process had started the server. */
  readonly attached: boolean;
  /** Ends our use; the last user stops the server. Safe to call twice. */
  stop(): Promise<void>;
}

/** Preparing takes 3 s, seconds more on a slow disk; whoever waits for the first starter waits as long. */
const START_LOCK_MS_MAX = 120_000;
const WATCH_MS = 500;
const WATCH_MS_MAX = 30_000;
const ATTACH_TRIES_MAX = 40;
const ATTACH_RETRY_MS = 50;
const DATABASE = 'nexus';

/**
 * Starts the embedded PostgreSQL of `dataDir`, or attaches to it where it runs already, and keeps it running until
 * `stop`. Throws `embedded-unsupported` where there is no binary for this machine, `embedded-failed` where it cannot start.
 */
export async function startEmbeddedPostgres(options: { dataDir: string; log: StorageLog }): Promise<EmbeddedPostgres> {
  const { log } = options;
  const account = chooseAccount();
  const found = findPostgresPackage(process.platform, process.arch);
  const paths = prepareServerPaths(options.dataDir, account);
  const isApart = !paths.data.startsWith(realpathSync(options.dataDir));
  if (isApart) {
    log.info({ data: paths.data }, 'the database has a folder of its own: its account cannot enter the data folder');
  }
  const { plan, user, server, attached } = await withLock(paths.startLock, START_LOCK_MS_MAX, async () => {
    const ready: ServerPlan = { paths, account, log, binaries: prepareBinaries(found, paths.binaries, account) };
    const running = await ensureUsable(ready);
    return { plan: ready, user: register(paths.users), ...running };
  });
  const watch = watchServer(plan, server.pid);
  let stopping: Promise<void> | null = null;
  return {
    connection: toConnection(server, DATABASE),
    folder: isApart ? dirname(paths.data) : options.dataDir,
    attached,
    stop() {
      stopping ??= watch.stop().then(() => leave(plan, user));
      return stopping;
    },
  };
}

function chooseAccount(): ServerAccount | null {
  if (process.getuid?.() !== 0) return null;
  const account = findServerAccount(readFileSync('/etc/passwd', 'utf8'));
  if (account) return account;
  throw new StorageError(
    'embedded-failed',
    'PostgreSQL does not run as root, and there is no user `postgres` or `nobody`.',
  );
}

/** A server that was found running may be dying: killed a moment ago, it still takes a connection and resets it. */
async function ensureUsable(plan: ServerPlan): Promise<{ server: ServerStatus; attached: boolean }> {
  for (let tries = 1; ; tries += 1) {
    const running = await ensureRunning(plan);
    try {
      await ensureDatabase(toConnection(running.server, DATABASE));
      return running;
    } catch (error) {
      if (!running.attached || tries >= ATTACH_TRIES_MAX) throw error;
      await Bun.sleep(ATTACH_RETRY_MS);
    }
  }
}

async function ensureRunning(plan: ServerPlan): Promise<{ server: ServerStatus; attached: boolean }> {
  const running = await awaitReady(plan.paths.data);
  if (running) return { server: running, attached: true };
  await initServer(plan);
  return { server: await startServer(plan), attached: false };
}

function toConnection(server: ServerStatus, database: string): PgConnection {
  return { host: server.socketDir, port: 5432, user: EMBEDDED_USER, database };
}

/** Makes our database where it is missing: on the first start, and where a first start was killed before this point. */
async function ensureDatabase(connection: PgConnection): Promise<void> {
  const client = new Client(connection);
  // A reset that comes between two queries is raised here; the query or the connect tells of it as well.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    if (!isMissingDatabase(error)) throw error;
    await createDatabase(connection);
  } finally {
    await client.end();
  }
}

async function createDatabase(connection: PgConnection): Promise<void> {
  const client = new Client({ ...connection, database: 'postgres' });
  await client.connect();
  try {
    await client.query(`create database ${connection.database}`);
  } finally {
    await client.end();
  }
}

function isMissingDatabase(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '3D000';
}

/** A held lock file says that this process uses the server; the kernel lets go of it however the process ends. */
function register(users: string): FileLock {
  mkdirSync(users, { recursive: true, mode: 0o700 });
  for (let number = 1; ; number += 1) {
    const lock = takeLock(join(users, `${process.pid}-${number}.lock`));
    if (lock) return lock;
  }
}

async function leave(plan: ServerPlan, user: FileLock): Promise<void> {
  await withLock(plan.paths.startLock, START_LOCK_MS_MAX, async () => {
    user.release();
    rmSync(user.path, { force: true });
    if (hasUsers(plan.paths.users)) return;
    await stopServer(plan.paths.data);
    plan.log.info({}, 'embedded database stopped');
  });
}

function hasUsers(users: string): boolean {
  const names = readdirSync(users).filter((name) => name.endsWith('.lock'));
  return names.some((name) => {
    const lock = takeLock(join(users, name));
    if (!lock) return true;
    lock.release();
    rmSync(lock.path, { force: true });
    return false;
  });
}

/**
 * Looks twice a second whether the server takes sessions, and starts it again where it died or was told to stop (a
 * `kill`, or a service manager that signals every process); after failures it looks less often.
 */
function watchServer(plan: ServerPlan, firstPid: number): { stop(): Promise<void> } {
  let pid = firstPid;
  let waitMs = WATCH_MS;
  let round = Promise.resolve();
  let stopped = false;
  let timer = setTimeout(tick, waitMs).unref();

  function tick(): void {
    round = look().finally(() => {
      if (!stopped) timer = setTimeout(tick, waitMs).unref();
    });
  }

  async function look(): Promise<void> {
    if (isServerAlive(pid, plan.paths.data) && readServerStatus(plan.paths.data)?.state !== 'stopping') return;
    try {
      pid = await restart(plan);
      waitMs = WATCH_MS;
    } catch (error) {
      waitMs = Math.min(waitMs * 2, WATCH_MS_MAX);
      plan.log.error({ error }, 'the embedded database ended and cannot be started');
    }
  }

  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await round;
    },
  };
}

async function restart(plan: ServerPlan): Promise<number> {
  return withLock(plan.paths.startLock, START_LOCK_MS_MAX, async () => {
    const before = readServerStatus(plan.paths.data);
    const { server, attached } = await ensureRunning(plan);
    if (!attached)
      plan.log.warn({ pidBefore: before?.pid ?? null }, 'the embedded database ended and was started again');
    return server.pid;
  });
}
