import { Database } from 'bun:sqlite';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { StorageError } from '../storage-error.ts';

/** A lock that the kernel gives back when its holder dies, however it dies. */
export interface FileLock {
  readonly path: string;
  release(): void;
}

/**
 * Takes the lock on `path`, or gives null where another process, thread or caller holds it.
 * SQLite's file lock for writers is used because it is advisory, freed by the kernel on `kill -9`, right within one
 * process as well, and part of the runtime on every platform; a file with a process id in it has none of these.
 */
export function takeLock(path: string): FileLock | null {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = new Database(path, { create: true });
  try {
    // Nothing is ever written, so no journal is needed beside the lock: a full disk must not keep us from taking it.
    database.run('pragma journal_mode = memory');
    // Not `exclusive`: that is reached in steps, and two who are on the way at once stop each other, so that neither gets it.
    database.run('begin immediate');
  } catch (error) {
    database.close();
    if (isBusy(error)) return null;
    throw error;
  }
  let held = true;
  return {
    path,
    release() {
      if (!held) return;
      held = false;
      database.close();
    },
  };
}

/** Runs `work` while holding the lock on `path`; waits for it at most `waitMsMax`. Throws `lock-timeout`. */
export async function withLock<T>(path: string, waitMsMax: number, work: () => Promise<T>): Promise<T> {
  const lock = await waitForLock(path, waitMsMax);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

const LOCK_POLL_MS = 20;

async function waitForLock(path: string, waitMsMax: number): Promise<FileLock> {
  for (let waitedMs = 0; waitedMs <= waitMsMax; waitedMs += LOCK_POLL_MS) {
    const lock = takeLock(path);
    if (lock) return lock;
    await Bun.sleep(LOCK_POLL_MS);
  }
  throw new StorageError('lock-timeout', `Another process held ${path} for more than ${waitMsMax / 1000} s.`);
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY';
}
