import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { type Storage, StorageError, withDatabaseLock, withLock } from '@nexus/storage';
import type { Logger } from '@nexus/telemetry';
import { MintError, type MintedToken } from './mint.ts';

/**
 * Keeps everybody else from refreshing the same login: other processes on this machine by a lock beside the file, other
 * machines by a lock in the database that they share.
 */
export type RefreshLock = (
  login: { readonly path: string; readonly accountId: string },
  work: () => Promise<MintedToken>,
) => Promise<MintedToken>;

/** Longer than whoever holds it may take: its question to the token endpoint is bounded by 10 s. */
export const FILE_WAIT_MS_MAX = 25_000;
const DATABASE_WAIT_MS_MAX = 15_000;

/** The lock of a credential file, which everybody takes who writes it; `target` is where the file really is. */
export function toFileLockPath(target: string): string {
  return path.join(path.dirname(target), `.${path.basename(target)}.lock`);
}

/** `storage` gives null where there is no database, or it is away: then the lock beside the file has to do. */
export function createRefreshLock(storage: () => Storage | null, log: Logger): RefreshLock {
  async function withSharedLock(name: string, work: () => Promise<MintedToken>): Promise<MintedToken> {
    const open = storage();
    if (open === null) return work();
    let begun = false;
    try {
      return await withDatabaseLock(open, { name, waitMsMax: DATABASE_WAIT_MS_MAX }, () => {
        begun = true;
        return work();
      });
    } catch (error) {
      if (begun || error instanceof StorageError) throw error;
      log.warn({ error }, 'the database is away: a login is refreshed under the lock of its file alone');
      return work();
    }
  }

  return async (login, work) => {
    let begun = false;
    const begin = (): Promise<MintedToken> => {
      begun = true;
      return work();
    };
    try {
      const lock = toFileLockPath(await realpath(login.path));
      return await withLock(lock, FILE_WAIT_MS_MAX, () => withSharedLock(login.accountId, begin));
    } catch (cause) {
      if (begun) throw cause;
      const because = cause instanceof Error ? cause.message : 'unknown';
      throw new MintError(`the lock of the credential file could not be taken: ${because}`, { cause });
    }
  };
}
