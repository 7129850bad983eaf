import { createHash } from 'node:crypto';
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StorageError } from '../storage-error.ts';
import { canReach, mayEnter } from './reachable.ts';
import type { ServerAccount } from './server-account.ts';

/** Where the parts of one embedded server live. */
export interface ServerPaths {
  /** Held while a process starts or stops the server. */
  readonly startLock: string;
  /** One lock file for each process that uses the server. */
  readonly users: string;
  /** Our copy of, or links into, the npm package. */
  readonly binaries: string;
  readonly data: string;
  readonly log: string;
  /** The 0700 folder of the unix socket. */
  readonly socketDir: string;
}

/** `sockaddr_un` holds 104 bytes on macOS and 108 on Linux, the closing zero included. */
const SOCKET_PATH_BYTES_MAX = 103;
const SOCKET_FILE = '/.s.PGSQL.5432';

/** Lays out the folders below `dataDir` so that the server's account can reach them and nobody else can. */
export function prepareServerPaths(dataDir: string, account: ServerAccount | null): ServerPaths {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const home = realpathSync(dataDir);
  const ours = join(home, 'postgres');
  makeFolder(ours, null);
  const server = account ? prepareForAccount(home, ours, account) : ours;
  const log = join(server, 'log');
  makeFolder(log, account);
  return {
    startLock: join(ours, 'start.lock'),
    users: join(ours, 'users'),
    binaries: join(server, 'binaries'),
    data: join(server, 'data'),
    log,
    socketDir: prepareSocketDir(server, account),
  };
}

/**
 * The folder that the server's account works in. `dataDir` and our folder in it are opened for passing through, never
 * for listing; a home that the account cannot reach at all (`/root` is 0700) is left as it is, and the server lives in /var/lib.
 */
function prepareForAccount(home: string, ours: string, account: ServerAccount): string {
  if (!canReach(home, account)) {
    makeFolder('/var/lib/claude-nexus', null, 0o711);
    const away = join('/var/lib/claude-nexus', toShortHash(home));
    makeFolder(away, account);
    noteHome(away, home);
    return away;
  }
  for (const folder of [home, ours]) openForPassing(folder, account);
  const server = join(ours, 'server');
  makeFolder(server, account);
  return server;
}

/** Its name is a hash: whoever finds the folder later shall see whose it is, and whether that is still there. */
function noteHome(away: string, home: string): void {
  const note = join(away, 'home');
  // The server's account owns the folder, so what stands there is never followed or written over.
  if (!existsSync(note)) writeFileSync(note, home, { flag: 'wx', mode: 0o600 });
}

function openForPassing(folder: string, account: ServerAccount): void {
  const stats = statSync(folder);
  if (mayEnter(stats, account)) return;
  chownSync(folder, stats.uid, account.gid);
  chmodSync(folder, (stats.mode & 0o707) | 0o010);
}

function prepareSocketDir(server: string, account: ServerAccount | null): string {
  const near = join(server, 'run');
  const fits = Buffer.byteLength(near + SOCKET_FILE) <= SOCKET_PATH_BYTES_MAX;
  const folder = fits ? near : join('/tmp', `nexus-pg-${toShortHash(server)}`);
  makeFolder(folder, account);
  return folder;
}

/** Makes `folder` for its owner alone, and refuses one that is somebody else's: trust authentication rests on this. */
function makeFolder(folder: string, account: ServerAccount | null, mode = 0o700): void {
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true, mode });
    if (account) chownSync(folder, account.uid, account.gid);
    return;
  }
  const stats = lstatSync(folder);
  const owner = account ? account.uid : process.getuid?.();
  const isOwn = stats.uid === owner || stats.uid === process.getuid?.();
  if (!stats.isDirectory() || !isOwn) {
    throw new StorageError(
      'embedded-failed',
      `${folder} belongs to another user. Remove it or choose another NEXUS_DATA_DIR.`,
    );
  }
  if (account && stats.uid !== account.uid) chownSync(folder, account.uid, account.gid);
  if (mode === 0o700 && (stats.mode & 0o067) !== 0) chmodSync(folder, stats.mode & 0o710);
}

function toShortHash(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 16);
}
