import { type ChildProcess, spawn } from 'node:child_process';
import {
  chownSync,
  closeSync,
  existsSync,
  fchownSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { StorageError } from '../storage-error.ts';
import type { StorageLog } from '../storage-log.ts';
import { type PostgresBinaries, toUnsupported } from './postgres-binaries.ts';
import type { ServerAccount } from './server-account.ts';
import { type LogMark, markLog, readLogSince } from './server-log.ts';
import type { ServerPaths } from './server-paths.ts';
import { clearStaleLocks, isServerAlive, readServerStatus, type ServerStatus } from './server-status.ts';

/** What is needed to start one server. */
export interface ServerPlan {
  readonly paths: ServerPaths;
  readonly account: ServerAccount | null;
  readonly binaries: PostgresBinaries;
  readonly log: StorageLog;
}

/** Superuser of the embedded server; only reachable through the 0700 socket folder. */
export const EMBEDDED_USER = 'nexus';

/** Crash recovery replays at most `max_wal_size`; a minute is far beyond what that takes. */
const READY_MS_MAX = 60_000;
/** Seven tries, 250 ms apart, were needed until the children of a killed server had let go of its memory. */
const RETRY_MS = 250;
const RETRY_MS_MAX = 20_000;
const POLL_MS = 10;
const REASON_MS_MAX = 1_000;
const STOP_FAST_MS_MAX = 15_000;
const STOP_HARD_MS_MAX = 5_000;

/**
 * Makes the data folder on the first start. Every try has a draft folder of its own: an initdb whose starter was killed
 * works on for a moment, and must not meet the next one.
 */
export async function initServer(plan: ServerPlan): Promise<void> {
  const { paths, account, binaries, log } = plan;
  if (existsSync(paths.data)) return checkVersion(paths.data, binaries);
  log.info({ data: paths.data }, 'first start: preparing the database, about 3 s');
  removeDrafts(paths.data);
  const draft = mkdtempSync(`${paths.data}${DRAFT}`);
  if (account) chownSync(draft, account.uid, account.gid);
  const child = spawn(binaries.initdb, toInitArguments(draft), {
    ...toIdentity(account),
    cwd: '/',
    env: binaries.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { code, output } = await collect(child);
  if (code !== 0) throw new StorageError('embedded-failed', `initdb ended with ${code}: ${output.trim().slice(-2000)}`);
  renameSync(draft, paths.data);
}

const DRAFT = '.draft-';

function removeDrafts(data: string): void {
  const isDraft = (name: string): boolean => name.startsWith(`${basename(data)}${DRAFT}`);
  for (const name of readdirSync(dirname(data)).filter(isDraft)) {
    try {
      rmSync(join(dirname(data), name), { recursive: true, force: true });
    } catch {
      // The initdb of a killed starter still writes there; the next first start finds its remains.
    }
  }
}

/** The builtin locale depends on no library of the system, so indexes survive an upgrade of the system. */
function toInitArguments(pgdata: string): string[] {
  const options = {
    pgdata,
    username: EMBEDDED_USER,
    auth: 'trust',
    encoding: 'UTF8',
    locale: 'C',
    'locale-provider': 'builtin',
    'builtin-locale': 'C.UTF-8',
  };
  return ['--no-instructions', ...Object.entries(options).map(([name, value]) => `--${name}=${value}`)];
}

/** Starts the server and waits until it takes connections. Throws `embedded-failed` with the end of what it printed. */
export async function startServer(plan: ServerPlan): Promise<ServerStatus> {
  for (let triedMs = 0; ; triedMs += RETRY_MS) {
    const printed = clearStaleLocks(plan.paths.data, plan.paths.socketDir)
      ? await tryStart(plan)
      : 'the processes of the last server still run';
    if (typeof printed !== 'string') return printed;
    if (triedMs >= RETRY_MS_MAX || !isLeftOver(printed)) {
      throw new StorageError('embedded-failed', `The embedded PostgreSQL did not start: ${printed}`);
    }
    await Bun.sleep(RETRY_MS);
  }
}

/**
 * Waits until a server that somebody else started is ready; null where it dies meanwhile. Asked by the holder of the
 * start lock only, for whom nobody else stops a server: one that is stopping was told so from outside and is ended here.
 */
export async function awaitReady(data: string): Promise<ServerStatus | null> {
  for (let waitedMs = 0; waitedMs < READY_MS_MAX; waitedMs += POLL_MS) {
    const status = readServerStatus(data);
    if (!status || !isServerAlive(status.pid, data)) return null;
    if (status.state === 'ready') return status;
    if (status.state === 'stopping') {
      await stopServer(data);
      return null;
    }
    await Bun.sleep(POLL_MS);
  }
  throw new StorageError('embedded-failed', `The embedded PostgreSQL was not ready after ${READY_MS_MAX / 1000} s.`);
}

/** Stops the server: first without waiting for its clients, then the hard way, which the next start recovers from. */
export async function stopServer(data: string): Promise<void> {
  const status = readServerStatus(data);
  if (!status || !isServerAlive(status.pid, data)) return;
  process.kill(status.pid, 'SIGINT');
  if (await awaitGone(status.pid, data, STOP_FAST_MS_MAX)) return;
  process.kill(status.pid, 'SIGQUIT');
  if (await awaitGone(status.pid, data, STOP_HARD_MS_MAX)) return;
  throw new StorageError('embedded-failed', `The embedded PostgreSQL (process ${status.pid}) does not stop.`);
}

/** Gives the status when ready, or what the server printed when it ended before. */
async function tryStart({ paths, account, binaries }: ServerPlan): Promise<ServerStatus | string> {
  const startLog = join(paths.log, 'start.log');
  const output = openSync(startLog, 'w', 0o600);
  const mark = markLog(paths.log);
  if (account) fchownSync(output, account.uid, account.gid);
  // A session of its own: Ctrl-C in our terminal must not reach the server before the last record is written.
  const child = spawn(binaries.postgres, toArguments(paths), {
    ...toIdentity(account),
    cwd: '/',
    env: binaries.env,
    stdio: ['ignore', output, output],
    detached: true,
  });
  closeSync(output);
  const end: { reason: string | null } = { reason: null };
  child.once('exit', (code, signal) => (end.reason = `ended with ${signal ?? code}`));
  child.once('error', (error) => (end.reason = error.message));
  child.unref();
  for (let waitedMs = 0; waitedMs < READY_MS_MAX; waitedMs += POLL_MS) {
    if (end.reason !== null) return `${end.reason}: ${await awaitReason(paths.log, mark)}`;
    const status = readServerStatus(paths.data);
    if (status?.state === 'ready' && status.pid === child.pid) return status;
    await Bun.sleep(POLL_MS);
  }
  return `not ready after ${READY_MS_MAX / 1000} s`;
}

/** The log collector writes the reason a moment after the server ended. */
async function awaitReason(folder: string, mark: LogMark): Promise<string> {
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    const printed = readLogSince(folder, mark);
    if (printed.includes('FATAL') || waitedMs >= REASON_MS_MAX) return printed;
    await Bun.sleep(POLL_MS);
  }
}

function toArguments(paths: ServerPaths): string[] {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: paths.socketDir,
    unix_socket_permissions: '0700',
    port: '5432',
    max_connections: '200',
    // Idle, the whole server holds 17 MB; with the default of 128 MB it was 35.
    shared_buffers: '64MB',
    fsync: 'on',
    // Nobody replicates from this server: commits write less log.
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_logical_replication_workers: '0',
    // Three processes fewer: pages are read one at a time here, so there is nothing for I/O workers to do.
    io_method: 'sync',
    max_wal_size: '256MB',
    // Bodies are compressed by us; short statements gain nothing from parallel workers, which need /dev/shm.
    max_parallel_workers_per_gather: '0',
    jit: 'off',
    timezone: 'UTC',
    // Statements and values may hold prompts: the log tells errors, not what was being written.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    logging_collector: 'on',
    log_directory: paths.log,
    log_filename: 'postgresql-%a.log',
    log_rotation_age: '1d',
    log_truncate_on_rotation: 'on',
    log_file_mode: '0600',
    log_timezone: 'UTC',
  };
  return ['-D', paths.data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** Signs that only the remains of a killed server are in the way; they go by themselves. */
function isLeftOver(printed: string): boolean {
  return /lock file|shared memory|still run|Address already in use/i.test(printed);
}

async function awaitGone(pid: number, data: string, waitMsMax: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < waitMsMax; waitedMs += POLL_MS) {
    if (!isServerAlive(pid, data)) return true;
    await Bun.sleep(POLL_MS);
  }
  return false;
}

function checkVersion(data: string, binaries: PostgresBinaries): void {
  const made = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
  const ours = binaries.version.split('.')[0] ?? '';
  if (made === ours) return;
  throw new StorageError(
    'embedded-failed',
    `${data} was made by PostgreSQL ${made}, but this version brings PostgreSQL ${ours}. ` +
      `Start the old version and copy the data to a server named by DATABASE_URL, or move the folder away to begin anew.`,
  );
}

function toIdentity(account: ServerAccount | null): { uid?: number; gid?: number } {
  return account ? { uid: account.uid, gid: account.gid } : {};
}

function collect(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ code: number | null; output: string }>();
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (piece) => (output += String(piece)));
  child.once('error', (error) =>
    reject(toUnsupported(`The embedded PostgreSQL cannot be run here (${error.message})`, error)),
  );
  child.once('close', (code) => resolve({ code, output }));
  return promise;
}
