import { afterAll, expect, test } from 'bun:test';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPostgresPackage, prepareBinaries } from './postgres-binaries.ts';

const folder = mkdtempSync(join(tmpdir(), 'storage-binaries-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const stranger = { name: 'nobody', uid: 65_534, gid: 65_534 };

function layPackage(name: string, mode: number): { version: string; native: string } {
  const native = join(folder, name, 'native');
  for (const part of ['bin', 'lib', 'share']) mkdirSync(join(native, part), { recursive: true });
  for (const program of ['initdb', 'postgres']) writeFileSync(join(native, 'bin', program), 'program', { mode: 0o755 });
  writeFileSync(join(native, 'lib', 'libpq.so.5.18'), 'library');
  writeFileSync(join(native, 'lib', 'libpq.a'), 'static');
  writeFileSync(
    join(native, 'pg-symlinks.json'),
    JSON.stringify([{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }]),
  );
  chmodSync(folder, 0o755);
  chmodSync(join(folder, name), mode);
  return { version: '18.4.0', native };
}

test('the links that a blocked postinstall left out are laid in the cache, and the package stays as it is', () => {
  const found = layPackage('open', 0o755);
  const binaries = prepareBinaries(found, join(folder, 'cache-open'), stranger);
  expect(binaries.postgres).toBe(join(found.native, 'bin', 'postgres'));
  expect(readlinkSync(join(folder, 'cache-open', '18.4.0', 'lib', 'libpq.so.5'))).toBe(
    join(found.native, 'lib', 'libpq.so.5.18'),
  );
  expect(existsSync(join(found.native, 'lib', 'libpq.so.5'))).toBe(false);
  expect(binaries.env.LD_LIBRARY_PATH).toContain(join(folder, 'cache-open', '18.4.0', 'lib'));
});

test('a package below a folder that the server account cannot enter is copied to where it can', () => {
  const found = layPackage('locked', 0o700);
  const cache = join(folder, 'cache-locked');
  const binaries = prepareBinaries(found, cache, stranger);
  expect(binaries.postgres).toBe(join(cache, '18.4.0', 'native', 'bin', 'postgres'));
  expect(statSync(binaries.postgres).mode & 0o777).toBe(0o755);
  expect(existsSync(join(cache, '18.4.0', 'native', 'lib', 'libpq.a'))).toBe(false);
  expect(statSync(join(cache, '18.4.0')).mode & 0o005).toBe(0o005);
});

test('the environment of the server holds nothing of ours', () => {
  const binaries = prepareBinaries(layPackage('env', 0o755), join(folder, 'cache-env'), null);
  expect(Object.keys(binaries.env).toSorted()).toEqual([
    'DYLD_LIBRARY_PATH',
    'LC_ALL',
    'LD_LIBRARY_PATH',
    'PATH',
    'TZ',
  ]);
});

test.each([
  ['linux', 'riscv64'],
  ['win32', 'x64'],
])('%s-%s has no embedded PostgreSQL, and the error names DATABASE_URL', (platform, arch) => {
  expect(() => findPostgresPackage(platform, arch)).toThrow(/Set DATABASE_URL/);
});
