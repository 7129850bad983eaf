import { afterEach, beforeEach, expect, test } from 'bun:test';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeLeftServers } from './remove-left-servers.ts';

let root: string;
let where: { folder: string; below: string };

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'nexus-left-')));
  where = { folder: join(root, 'servers'), below: join(root, 'tmp') };
  mkdirSync(where.below);
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function addServer(name: string, home: string | null): string {
  const data = join(where.folder, name, 'data');
  mkdirSync(data, { recursive: true });
  if (home !== null) writeFileSync(join(where.folder, name, 'home'), home);
  return data;
}

test.skipIf(process.platform !== 'linux')(
  'of servers, only those are removed whose data folder was temporary and is gone',
  () => {
    mkdirSync(join(where.below, 'there'));
    addServer('left', join(where.below, 'gone'));
    addServer('used', join(where.below, 'there'));
    addServer('elsewhere', join(root, 'gone'));
    addServer('unknown', null);
    expect(removeLeftServers(where)).toEqual(['left']);
    expect(['left', 'used', 'elsewhere', 'unknown'].map((name) => existsSync(join(where.folder, name)))).toEqual([
      false,
      true,
      true,
      true,
    ]);
  },
);

test.skipIf(process.platform !== 'linux')('one in which a process still works is left alone', async () => {
  const cwd = addServer('running', join(where.below, 'gone'));
  const child = Bun.spawn(['cat'], { cwd, stdin: 'pipe' });
  expect(removeLeftServers(where)).toEqual([]);
  child.kill();
  await child.exited;
  expect(removeLeftServers(where)).toEqual(['running']);
});

test('where there are none, there is nothing to do', () => {
  expect(removeLeftServers(where)).toEqual([]);
});
