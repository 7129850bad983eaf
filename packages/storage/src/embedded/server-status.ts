import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What `postmaster.pid` says about the server of a data folder. */
export interface ServerStatus {
  readonly pid: number;
  readonly socketDir: string;
  /** `stopping` takes no new sessions, and after a SIGTERM lasts until the last session is closed: for ever, with a pool. */
  readonly state: 'starting' | 'ready' | 'stopping';
}

/** Reads `postmaster.pid`; null where there is none or it is not complete yet. */
export function readServerStatus(data: string): ServerStatus | null {
  const path = join(data, 'postmaster.pid');
  if (!existsSync(path)) return null;
  const [pid, , , , socketDir, , , state] = readFileSync(path, 'utf8').split('\n');
  if (!pid || !socketDir) return null;
  return { pid: Number(pid), socketDir, state: toState(state?.trim()) };
}

function toState(word: string | undefined): ServerStatus['state'] {
  return word === 'ready' || word === 'stopping' ? word : 'starting';
}

/**
 * Whether `pid` is a living process that works in `data`. On Linux a zombie, or a stranger that got the same id after a
 * restart of the container, is not taken for the server; elsewhere only the id can be asked.
 */
export function isServerAlive(pid: number, data: string): boolean {
  if (process.platform === 'linux') return worksIn(String(pid), data);
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Removes the lock files of a server that is gone, where PostgreSQL itself would refuse to: a dead server stays a zombie
 * in a container whose first process reaps nobody, and its id looks alive. As long as any process still works in `data`
 * nothing is touched, since two servers on one data folder destroy it. Gives false while that is so.
 */
export function clearStaleLocks(data: string, socketDir: string): boolean {
  if (process.platform !== 'linux') return true;
  if (readdirSync('/proc').some((pid) => /^\d+$/.test(pid) && worksIn(pid, data))) return false;
  rmSync(join(data, 'postmaster.pid'), { force: true });
  rmSync(join(socketDir, '.s.PGSQL.5432.lock'), { force: true });
  return true;
}

/** Every process of a server has its data folder as working directory; a zombie has none. */
function worksIn(pid: string, data: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === data;
  } catch {
    return false;
  }
}
