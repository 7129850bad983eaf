import { type FSWatcher, watch } from 'node:fs';
import { readFile, readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Logger } from '@nexus/telemetry';
import { MintError } from '../accounts/credentials/mint.ts';
import { type SecretReader, createSecretReader } from '../accounts/credentials/read-secret.ts';
import { readClientKey } from './client-key.ts';
import {
  type CredentialFile,
  type CredentialPlace,
  type ParsedCredentialFile,
  parseCredentialFile,
  toInvalidFile,
} from './credential-file.ts';

/** Credential files by the name before `.credentials.json`, lower case: a domain, or `_wildcard.<suffix>`. */
export interface CredentialFolder {
  find(name: string): CredentialFile | null;
  names(): readonly string[];
  /** Reads what changed on disk. */
  refresh(): Promise<void>;
  close(): void;
}

export interface CredentialFolderOptions {
  readonly folder: string;
  readonly log: Logger;
  /** A variable of the environment that a client key may stand in. */
  readonly readVariable?: (name: string) => string | undefined;
  /** Waits for so many milliseconds. */
  readonly pause?: (ms: number) => Promise<void>;
}

interface LoadedFile {
  /** Changes whenever the file does. */
  readonly stamp: string;
  readonly file: CredentialFile;
  /** Whether the file was never good. */
  readonly invalid: boolean;
}

const SUFFIX = '.credentials.json';
/** Watching tells of most edits at once; looking every 0.7 s finds the rest (mounted secrets, network drives) within a second. */
const LOOK_MS = 700;
/** Who writes a file in place leaves it empty or half for a moment: it is read again this much later before it is called broken. */
const SETTLE_MS = 100;
const FILES_MAX = 10_000;
const FILE_BYTES_MAX = 65_536;

/** Reads the folder and keeps watching it. A folder that does not exist yet is an empty one. */
export async function openCredentialFolder(options: CredentialFolderOptions): Promise<CredentialFolder> {
  const { folder, log, pause = Bun.sleep } = options;
  let loaded = new Map<string, LoadedFile>();
  let looking: Promise<void> | null = null;
  let closed = false;
  let unreadable = false;
  let watcher: FSWatcher | null = null;
  const secrets = createSecretReader({ readVariable: options.readVariable ?? (() => undefined), stored: NOT_STORED });

  function refresh(): Promise<void> {
    looking ??= look().finally(() => {
      looking = null;
    });
    return looking;
  }

  function beforeOf(entry: string): LoadedFile | null {
    return loaded.get(toName(entry)) ?? null;
  }

  function toUnreadable(error: unknown): null {
    if (!unreadable) log.error({ folder, error }, 'the credentials folder cannot be read; what was read stays in use');
    unreadable = true;
    return null;
  }

  async function look(): Promise<void> {
    const entries = await listFiles(folder).catch(toUnreadable);
    // A process short of file handles must not forget every credential.
    if (entries === null) return;
    unreadable = false;
    const seen = new Map<string, SeenFile>();
    for (const entry of entries) seen.set(entry, await seeFile(folder, entry, beforeOf(entry)));
    const doubtful = entries.filter((entry) => isNewlyBroken(seen.get(entry), beforeOf(entry)));
    if (doubtful.length > 0) await pause(SETTLE_MS);
    for (const entry of doubtful) seen.set(entry, await seeFile(folder, entry, beforeOf(entry)));
    const next = new Map<string, LoadedFile>();
    for (const [entry, now] of seen) {
      const file = acceptFile(options, { entry, now, before: beforeOf(entry) });
      if (file !== null) next.set(toName(entry), await withClientKey(file, join(folder, entry), secrets));
    }
    loaded = next;
    if (watcher === null && !closed) watcher = startWatching(folder, () => void refresh());
  }

  await refresh();
  const timer = setInterval(() => void refresh(), LOOK_MS);
  timer.unref();

  return {
    find: (name) => loaded.get(name)?.file ?? null,
    names: () => [...loaded.keys()].sort(),
    refresh,
    close: () => {
      closed = true;
      clearInterval(timer);
      watcher?.close();
    },
  };
}

/** Client keys decide who comes in: they are read without the database, which may be away. */
const NOT_STORED = { find: () => Promise.reject(new MintError('a client key is not kept in the database')) };

/** The file with its client key as it is where it stands: that may change while the file does not. */
async function withClientKey(loaded: LoadedFile, path: string, secrets: SecretReader): Promise<LoadedFile> {
  const { clientKey } = loaded.file;
  if (clientKey === null) return loaded;
  const read = await readClientKey(clientKey, path, secrets);
  return read === clientKey ? loaded : { ...loaded, file: { ...loaded.file, clientKey: read } };
}

function toName(entry: string): string {
  return entry.slice(0, -SUFFIX.length).toLowerCase();
}

/** A file as one look at it found it. */
type SeenFile =
  | { readonly kind: 'gone' }
  | { readonly kind: 'same'; readonly loaded: LoadedFile }
  | { readonly kind: 'good'; readonly stamp: string; readonly file: CredentialFile }
  | { readonly kind: 'broken'; readonly stamp: string; readonly because: string };

async function seeFile(folder: string, entry: string, before: LoadedFile | null): Promise<SeenFile> {
  const path = join(folder, entry);
  const stamp = await readStamp(path);
  if (stamp === null) return { kind: 'gone' };
  if (before?.stamp === stamp) return { kind: 'same', loaded: before };
  const parsed = await readCredential(folder, { name: toName(entry), path });
  if (parsed.ok) return { kind: 'good', stamp, file: parsed.file };
  return { kind: 'broken', stamp: parsed.unread ? UNREAD : stamp, because: parsed.because };
}

function isNewlyBroken(now: SeenFile | undefined, before: LoadedFile | null): boolean {
  return now?.kind === 'broken' && now.stamp !== before?.stamp;
}

interface FileNews {
  readonly entry: string;
  readonly now: SeenFile;
  readonly before: LoadedFile | null;
}

/** The file as it is now; as it was before where it is broken, or cannot be read just now. Null where it is gone. */
function acceptFile({ folder, log }: CredentialFolderOptions, { entry, now, before }: FileNews): LoadedFile | null {
  if (now.kind === 'gone') return null;
  if (now.kind === 'same') return now.loaded;
  const { stamp } = now;
  if (now.kind === 'good') {
    if (before !== null) log.info({ file: entry }, 'credential file reloaded');
    return { stamp, file: now.file, invalid: false };
  }
  const keepsLast = before !== null && !before.invalid;
  if (isNewlyBroken(now, before)) {
    log.error(
      { file: entry, because: now.because },
      keepsLast ? 'credential file is broken; its last good content stays in use' : 'credential file is broken',
    );
  }
  if (keepsLast) return { stamp, file: before.file, invalid: false };
  const place = { name: toName(entry), path: join(folder, entry) };
  return { stamp, file: toInvalidFile(now.because, place), invalid: true };
}

async function listFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder);
    return entries.filter((entry) => entry.endsWith(SUFFIX) && entry.length > SUFFIX.length).slice(0, FILES_MAX);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Null where the file is gone. */
async function readStamp(path: string): Promise<string | null> {
  try {
    const { mtimeMs, size, ino, ctimeMs } = await stat(path);
    return `${mtimeMs}:${ctimeMs}:${size}:${ino}`;
  } catch (error) {
    return isMissing(error) ? null : UNREAD;
  }
}

/** The stamp of a file that could not be read: the next look, which finds another, tries again. */
const UNREAD = 'unread';

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

type ReadCredential =
  | Extract<ParsedCredentialFile, { ok: true }>
  | { readonly ok: false; readonly because: string; readonly unread: boolean };

async function readCredential(folder: string, place: CredentialPlace): Promise<ReadCredential> {
  try {
    const { path } = place;
    // A link may move inside the folder, as mounted secrets do, but not point out of it.
    const [home, target] = await Promise.all([realpath(folder), realpath(path)]);
    if (!target.startsWith(home + sep)) return toBroken('it is a link that leads out of the folder');
    const text = await readFile(path, 'utf8');
    if (text.length > FILE_BYTES_MAX) return toBroken('it is larger than 64 kB');
    const parsed = parseCredentialFile(text, place);
    return parsed.ok ? parsed : toBroken(parsed.because);
  } catch (error) {
    const because = error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be read';
    return { ok: false, because, unread: true };
  }
}

function toBroken(because: string): ReadCredential {
  return { ok: false, because, unread: false };
}

function startWatching(folder: string, onChange: () => void): FSWatcher | null {
  try {
    const watcher = watch(folder, { persistent: false }, onChange);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}
