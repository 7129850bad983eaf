import { type FileHandle, open, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { toContentHash } from './content-hash.ts';
import type { FileOwner } from './login-file.ts';
import { giveTo, putInPlace } from './replace-file.ts';

/**
 * What stands between a refresh token that is spent and the new one on disk. It is written before the token is sent: it shows
 * that the file can be written and keeps the room for it, and one that is found later tells what became of the last attempt.
 */
export interface RotationJournal {
  /** What an attempt that nobody finished left behind. */
  readonly found: FoundJournal;
  /** Puts the new text in the place of the file, durably: it is there after a crash of the machine. */
  finish(text: string): Promise<void>;
  /** The attempt is over and spent nothing. */
  discard(): Promise<void>;
  /** No answer came: what became of it is not known, and whoever tries next shall know that. */
  leave(): Promise<void>;
}

export type FoundJournal =
  | { readonly kind: 'none' }
  /** It was sent, and no answer was written: the refresh token may be spent. */
  | { readonly kind: 'interrupted' }
  /** The answer was written; only its place was not taken. */
  | { readonly kind: 'answered'; readonly text: string };

/** The file that will be replaced. */
export interface JournalTarget {
  readonly target: string;
  readonly owner: FileOwner;
  readonly mtimeMs: number;
  readonly accountId: string;
}

const OWNER_ONLY = 0o600;
/** More than any answer of a token endpoint adds. */
const ROOM_BYTES = 65_536;

function toJournalPath({ target, accountId }: JournalTarget): string {
  return path.join(path.dirname(target), `.${path.basename(target)}.${toContentHash(accountId).slice(0, 8)}.rotating`);
}

/** Looks for what an earlier attempt left; one that is older than the file was settled by whoever wrote the file since. */
export async function findJournal(file: JournalTarget): Promise<FoundJournal> {
  try {
    const journal = toJournalPath(file);
    const [{ mtimeMs }, text] = await Promise.all([stat(journal), readFile(journal, 'utf8')]);
    if (mtimeMs < file.mtimeMs) return { kind: 'none' };
    return isWhole(text) ? { kind: 'answered', text } : { kind: 'interrupted' };
  } catch {
    return { kind: 'none' };
  }
}

/**
 * Begins an attempt. Only under the lock of the file.
 * @throws {Error} where the folder cannot be written or the disk is full: then nothing may be sent.
 */
export async function openJournal(file: JournalTarget): Promise<RotationJournal> {
  const journal = toJournalPath(file);
  const found = await findJournal(file);
  const handle = await open(journal, 'w', OWNER_ONLY);
  try {
    // Blanks, so that an answer of which only a part was written is never taken for whole.
    await handle.write(Buffer.alloc(ROOM_BYTES, ' '), 0, ROOM_BYTES, 0);
    await giveTo(handle, file.owner);
    await handle.sync();
  } catch (error) {
    await handle.close();
    await rm(journal, { force: true });
    throw error;
  }
  return {
    found,
    async finish(text) {
      await writeWhole(handle, text);
      await putInPlace(journal, file.target);
    },
    async discard() {
      await handle.close();
      await rm(journal, { force: true });
    },
    leave: () => handle.close(),
  };
}

/** Takes what an interrupted attempt had written already. */
export async function finishFoundJournal(file: JournalTarget): Promise<void> {
  await putInPlace(toJournalPath(file), file.target);
}

async function writeWhole(handle: FileHandle, text: string): Promise<void> {
  const bytes = Buffer.from(text);
  try {
    await handle.write(bytes, 0, bytes.length, 0);
    await handle.truncate(bytes.length);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isWhole(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
