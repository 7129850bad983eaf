import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type FileLock, takeLock } from '../lock/file-lock.ts';

/** A folder below the spool that this process alone works in until it gives it back. */
export interface SpoolFolder {
  readonly path: string;
  /** Frees the folder for whoever adopts it. */
  release(): void;
  /** Deletes it with everything in it, then frees it. */
  remove(): Promise<void>;
}

/** Makes this process's own folder. The lock is taken first, so that nobody adopts the folder while it is made. */
export function createSpoolFolder(spoolDir: string, id: string): SpoolFolder {
  const lock = takeLock(toLockPath(spoolDir, id));
  if (!lock) throw new Error(`the new spool folder ${id} is locked: ids are not unique`);
  mkdirSync(join(spoolDir, id), { recursive: true, mode: 0o700 });
  return toFolder(spoolDir, id, lock);
}

/** Takes over every folder whose owner is gone, oldest first. The caller must give each back. */
export function claimOrphans(spoolDir: string): SpoolFolder[] {
  return listFolders(spoolDir).flatMap((id) => {
    const lock = takeLock(toLockPath(spoolDir, id));
    if (!lock) return [];
    if (existsSync(join(spoolDir, id))) return [toFolder(spoolDir, id, lock)];
    lock.release();
    return [];
  });
}

/** Paths of the segments of a folder in the order they were written. */
export function listSegments(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.frames'));
  return names.sort().map((name) => join(folder, name));
}

/** Bytes of all files in all folders but `own`: segments, and what recorders keep beside them. */
export function countOtherBytes(spoolDir: string, own: string): number {
  const others = listFolders(spoolDir).map((id) => join(spoolDir, id));
  const files = others.filter((folder) => folder !== own).flatMap(listFiles);
  return files.reduce((bytes, path) => bytes + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
}

/** None where the folder's owner removed it meanwhile. */
function listFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : []));
}

function listFolders(spoolDir: string): string[] {
  if (!existsSync(spoolDir)) return [];
  const entries = readdirSync(spoolDir, { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
}

function toFolder(spoolDir: string, id: string, lock: FileLock): SpoolFolder {
  const path = join(spoolDir, id);
  return {
    path,
    release: () => lock.release(),
    async remove() {
      await rm(path, { recursive: true, force: true });
      await rm(lock.path, { force: true });
      lock.release();
    },
  };
}

function toLockPath(spoolDir: string, id: string): string {
  return join(spoolDir, `${id}.lock`);
}
