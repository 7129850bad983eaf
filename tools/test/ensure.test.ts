import { afterEach, describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureDashboard } from '../src/ensure-dashboard.ts';
import { ensureInstalled } from '../src/ensure-installed.ts';

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

/** A repository of two packages that need nothing from outside, with these files besides. */
function aRepository(files: Record<string, string> = {}): string {
  const root = mkdtempSync(path.join(tmpdir(), 'nexus-ensure-'));
  roots.push(root);
  const all = {
    'package.json': JSON.stringify({ name: 'root', private: true, workspaces: ['packages/*', 'apps/*'] }),
    'packages/a/package.json': JSON.stringify({ name: 'a', version: '1.0.0' }),
    'packages/b/package.json': JSON.stringify({ name: 'b', version: '1.0.0', dependencies: { a: 'workspace:*' } }),
    'apps/dashboard/package.json': JSON.stringify({ name: 'd' }),
    'bunfig.toml': '[install]\nlinker = "isolated"\n',
    ...files,
  };
  for (const [file, text] of Object.entries(all)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  return root;
}

function lock(root: string): void {
  const made = Bun.spawnSync([process.execPath, 'install', '--lockfile-only'], { cwd: root });
  if (made.exitCode !== 0) throw new Error(made.stderr.toString());
}

/** What a promise failed with, in words. */
async function toFailure(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'did not fail',
    (failure: unknown) => (failure instanceof Error ? failure.message : String(failure)),
  );
}

describe('ensureInstalled', () => {
  test('installs once, and again when a package.json or a folder of packages is gone or changed', async () => {
    const root = aRepository();
    lock(root);
    const lines: string[] = [];
    const ensure = () => ensureInstalled({ root, print: (line) => lines.push(line) });

    expect(await ensure()).toBe('installed');
    expect(existsSync(path.join(root, 'packages/b/node_modules/a'))).toBe(true);
    expect(lines[0]).toContain('Installing packages');
    expect(await ensure()).toBe('current');

    rmSync(path.join(root, 'packages/b/node_modules'), { recursive: true });
    expect(await ensure()).toBe('installed');

    writeFileSync(path.join(root, 'packages/a/package.json'), JSON.stringify({ name: 'a', version: '1.0.1' }));
    lock(root);
    expect(await ensure()).toBe('installed');
    expect(await ensure()).toBe('current');
  });

  test('tells in the installer’s words why it failed, and does not take it for done', async () => {
    const root = aRepository();
    lock(root);
    writeFileSync(path.join(root, 'packages/a/package.json'), '{ "name": "a"');
    const ensure = () => toFailure(ensureInstalled({ root, print: () => {} }));
    const problem = /^bun install ended with 1\. .*packages\/a\/package\.json/s;
    expect([await ensure(), await ensure()]).toEqual([expect.stringMatching(problem), expect.stringMatching(problem)]);
  });
});

describe('ensureDashboard', () => {
  const build = `
    const count = await Bun.file('dist/count').exists() ? Number(await Bun.file('dist/count').text()) : 0;
    if (await Bun.file('src/broken.ts').exists()) { console.error('src/broken.ts is broken'); process.exit(1); }
    await Bun.write('dist/count', String(count + 1));`;

  test('builds once, and again when a source of it changed', async () => {
    const root = aRepository({ 'apps/dashboard/tools/build.ts': build, 'apps/dashboard/src/main.ts': '1' });
    const ensure = () => ensureDashboard({ root, print: () => {} });
    expect([await ensure(), await ensure()]).toEqual(['built', 'current']);

    writeFileSync(path.join(root, 'apps/dashboard/src/main.ts'), '2');
    expect([await ensure(), await ensure()]).toEqual(['built', 'current']);
    expect(await Bun.file(path.join(root, 'apps/dashboard/dist/count')).text()).toBe('2');
  });

  test('a build that fails is told in its own words and tried again', async () => {
    const root = aRepository({ 'apps/dashboard/tools/build.ts': build, 'apps/dashboard/src/broken.ts': '' });
    const ensure = () => ensureDashboard({ root, print: () => {} });
    expect(await toFailure(ensure())).toContain('src/broken.ts is broken');
    rmSync(path.join(root, 'apps/dashboard/src/broken.ts'));
    expect(await ensure()).toBe('built');
  });
});
