import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { listWorkspaces } from './ensure-installed.ts';

/** The root of this repository. */
export const ROOT = path.resolve(import.meta.dir, '../..');

/** Made by tools or kept by git, not written by us. */
const PASSED_OVER = new Set(['node_modules', 'dist', '.git', '.cache', '.nexus', 'coverage', 'credentials']);

/** Paths from the root of every file that we wrote, sorted. */
export function listRepositoryFiles(folder = ''): readonly string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true })
    .filter(({ name }) => !PASSED_OVER.has(name) && !name.endsWith('.log') && name !== '.env')
    .flatMap((entry) => {
      const at = path.posix.join(folder, entry.name);
      return entry.isDirectory() ? listRepositoryFiles(at) : [at];
    })
    .sort();
}

export function readRepositoryFile(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

/** What we check of a workspace's package.json. */
export interface Workspace {
  /** `packages/config`. */
  readonly folder: string;
  /** `config`: the name without our scope. */
  readonly name: string;
  readonly version: string;
  /** Names and versions of what it needs to run, optional ones included. */
  readonly needs: ReadonlyMap<string, string>;
  /** Names and versions of what only its tests and its build need. */
  readonly needsToDevelop: ReadonlyMap<string, string>;
}

/** Every workspace, and the root under the name `root`. */
export function loadWorkspaces(): readonly Workspace[] {
  return ['', ...listWorkspaces(ROOT)].map((folder) => {
    const manifest = toRecord(JSON.parse(readRepositoryFile(path.posix.join(folder, 'package.json'))));
    const name = String(manifest['name']);
    return {
      folder,
      name: folder === '' ? 'root' : name.replace('@nexus/', ''),
      version: String(manifest['version']),
      needs: new Map([...toPairs(manifest['dependencies']), ...toPairs(manifest['optionalDependencies'])]),
      needsToDevelop: new Map(toPairs(manifest['devDependencies'])),
    };
  });
}

function toPairs(value: unknown): [string, string][] {
  return Object.entries(toRecord(value)).map(([name, version]) => [name, String(version)]);
}

function toRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
