import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { FileOwner } from './login-file.ts';

const OWNER_ONLY = 0o600;

/** Puts a text in the place of a file, whole or not at all. A new file is its owner's alone. */
export async function replaceFile(target: string, text: string, owner: FileOwner | null): Promise<void> {
  const draft = path.join(path.dirname(target), `.${path.basename(target)}.draft`);
  const handle = await open(draft, 'w', OWNER_ONLY);
  try {
    await handle.writeFile(text);
    if (owner !== null) await giveTo(handle, owner);
    await handle.sync();
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  await putInPlace(draft, target);
}

/** Another user's file stays theirs, as far as we may give it away; the mask of the process takes nothing from its mode. */
export async function giveTo(handle: FileHandle, { mode, uid, gid }: FileOwner): Promise<void> {
  const own = await handle.stat();
  if (own.uid !== uid || own.gid !== gid) await handle.chown(uid, gid).catch(() => {});
  await handle.chmod(mode);
}

/** Renames, durably: the new file is there after a crash of the machine. */
export async function putInPlace(journal: string, target: string): Promise<void> {
  await rename(journal, target);
  const folder = await open(path.dirname(target), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
