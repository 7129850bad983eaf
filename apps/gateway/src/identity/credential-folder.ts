import { type FSWatcher, watch } from 'node:fs';
import { readFile, readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Logger } from '@nexus/telemetry';
import { type CredentialFile, parseCredentialFile } from './credential-file.ts';

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
}

interface LoadedFile {
  /** Changes whenever the file does. */
  readonly stamp: string;
  readonly file: CredentialFile;
}

const SUFFIX = '.credentials.json';
/** Watching tells of most edits at once; looking every 0.7 s finds the rest (mounted secrets, network drives) within a second. */
const LOOK_MS = 700;
const FILES_MAX = 10_000;
const FILE_BYTES_MAX = 65_536;

/** Reads the folder and keeps watching it. A folder that does not exist yet is an empty one. */
export async function openCredentialFolder(options: CredentialFolderOptions): Promise<CredentialFolder> {
  const { folder, log } = options;
  let loaded = new Map<string, LoadedFile>();
  let looking: Promise<void> | null = null;
  let closed = false;
  let watcher: FSWatcher | null = null;

  function refresh(): Promise<void> {
    looking ??= look().finally(() => {
      looking = null;
    });
    return looking;
  }

  async function look(): Promise<void> {
    const next = new Map<string, LoadedFile>();
    for (const entry of await listFiles(folder)) {
      const name = entry.slice(0, -SUFFIX.length).toLowerCase();
      const file = await load(entry, loaded.get(name) ?? null);
      if (file !== null) next.set(name, file);
    }
    loaded = next;
    if (watcher === null && !closed) watcher = startWatching(folder, () => void refresh());
  }

  async function load(entry: string, before: LoadedFile | null): Promise<LoadedFile | null> {
    const stamp = await readStamp(join(folder, entry));
    if (stamp === null) return null;
    if (before?.stamp === stamp) return before;
    const parsed = await readCredential(folder, entry);
    if (parsed.ok) {
      if (before !== null) log.info({ file: entry }, 'credential file reloaded');
      return { stamp, file: parsed.file };
    }
    const keepsLast = before !== null && before.file.credential.kind !== 'invalid';
    log.error(
      { file: entry, because: parsed.because },
      keepsLast ? 'credential file is broken; its last good content stays in use' : 'credential file is broken',
    );
    return keepsLast ? { stamp, file: before.file } : { stamp, file: toInvalidFile(parsed.because) };
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

async function listFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder);
    return entries.filter((entry) => entry.endsWith(SUFFIX) && entry.length > SUFFIX.length).slice(0, FILES_MAX);
  } catch {
    return [];
  }
}

async function readStamp(path: string): Promise<string | null> {
  try {
    const { mtimeMs, size, ino, ctimeMs } = await stat(path);
    return `${mtimeMs}:${ctimeMs}:${size}:${ino}`;
  } catch {
    return null;
  }
}

async function readCredential(folder: string, entry: string): Promise<ReturnType<typeof parseCredentialFile>> {
  try {
    const path = join(folder, entry);
    // A link may move inside the folder, as mounted secrets do, but not point out of it.
    const [home, target] = await Promise.all([realpath(folder), realpath(path)]);
    if (!target.startsWith(home + sep)) return { ok: false, because: 'it is a link that leads out of the folder' };
    const text = await readFile(path, 'utf8');
    if (text.length > FILE_BYTES_MAX) return { ok: false, because: 'it is larger than 64 kB' };
    return parseCredentialFile(text);
  } catch (error) {
    return { ok: false, because: error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be read' };
  }
}

function toInvalidFile(because: string): CredentialFile {
  return { accountId: null, clientKey: null, credential: { kind: 'invalid', because } };
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
