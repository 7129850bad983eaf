import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hashFiles } from './hash-files.ts';

/*
 * This file and what it imports run before anything is installed: Bun and its built-in modules only.
 */

const STAMP = 'node_modules/.nexus-install';

/**
 * Installs the locked packages unless that was done already for this lock file, these package.json files and this
 * platform. Says on `print` what it does. Throws with the installer's own words where it fails.
 */
export async function ensureInstalled(options: {
  readonly root: string;
  readonly print: (line: string) => void;
}): Promise<'current' | 'installed'> {
  const { root, print } = options;
  const workspaces = listWorkspaces(root);
  const wanted = toStamp(root, workspaces);
  if (readStamp(root) === wanted && areLinked(root, workspaces)) return 'current';

  print('Installing packages. This happens once, and again when they change.');
  const startedAt = performance.now();
  const isTerminal = process.stderr.isTTY;
  const installer = Bun.spawn([process.execPath, 'install', '--frozen-lockfile'], {
    cwd: root,
    stdin: 'ignore',
    stdout: isTerminal ? 'inherit' : 'pipe',
    stderr: isTerminal ? 'inherit' : 'pipe',
  });
  const [said, saidWrong, code] = await Promise.all([
    toText(installer.stdout),
    toText(installer.stderr),
    installer.exited,
  ]);
  if (code !== 0) throw new Error(`bun install ended with ${code}. ${said}${saidWrong}`);
  writeFileSync(path.join(root, STAMP), wanted);
  print(`Installed in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
  return 'installed';
}

function toStamp(root: string, workspaces: readonly string[]): string {
  const files = ['bun.lock', 'bunfig.toml', 'package.json', ...workspaces.map((folder) => `${folder}/package.json`)];
  return `${process.platform} ${process.arch} bun ${Bun.version} ${hashFiles(root, files)}\n`;
}

function readStamp(root: string): string | null {
  const file = path.join(root, STAMP);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

/** Folders of the workspaces that the root package.json names, such as `packages/config`. */
export function listWorkspaces(root: string): readonly string[] {
  const text = readFileSync(path.join(root, 'package.json'), 'utf8');
  const { workspaces } = parseRootManifest(JSON.parse(text));
  return workspaces
    .flatMap((pattern) => {
      if (!pattern.endsWith('/*')) return [pattern];
      const parent = pattern.slice(0, -2);
      return readdirSync(path.join(root, parent)).map((name) => `${parent}/${name}`);
    })
    .filter((folder) => existsSync(path.join(root, folder, 'package.json')))
    .sort();
}

function parseRootManifest(value: unknown): { workspaces: string[] } {
  if (typeof value === 'object' && value !== null && 'workspaces' in value && Array.isArray(value.workspaces)) {
    return { workspaces: value.workspaces.map(String) };
  }
  throw new Error('package.json has no workspaces');
}

// The isolated linker gives each workspace its own node_modules; somebody may have cleaned one of them away.
function areLinked(root: string, workspaces: readonly string[]): boolean {
  return workspaces.every(
    (folder) =>
      existsSync(path.join(root, folder, 'node_modules')) ||
      !/"(dev|optional)?dependencies"/i.test(readFileSync(path.join(root, folder, 'package.json'), 'utf8')),
  );
}

async function toText(stream: ReadableStream<Uint8Array> | undefined): Promise<string> {
  return stream === undefined ? '' : await new Response(stream).text();
}
