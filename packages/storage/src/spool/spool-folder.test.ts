import { afterAll, expect, test } from 'bun:test';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimOrphans, countOtherBytes, createSpoolFolder } from './spool-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'storage-folders-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function createSpoolDir(): string {
  return mkdtempSync(join(root, 'spool-'));
}

function fill(folder: string, name: string, bytes: number): void {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), new Uint8Array(bytes));
}

test('what other processes hold counts, segments and journals alike, and what is our own does not', () => {
  const spoolDir = createSpoolDir();
  const own = createSpoolFolder(spoolDir, 'own');
  const living = createSpoolFolder(spoolDir, 'living');
  fill(own.path, '00000001.frames', 5000);
  fill(living.path, '00000001.frames', 100);
  fill(living.path, 'open/an-exchange.journal', 20);
  fill(join(spoolDir, 'dead'), '00000007.frames', 3);
  expect(countOtherBytes(spoolDir, own.path)).toBe(123);
  own.release();
  living.release();
});

test('locks of folders, and a spool that is not there yet, count nothing', () => {
  const spoolDir = createSpoolDir();
  const own = createSpoolFolder(spoolDir, 'own');
  writeFileSync(join(spoolDir, 'stray.lock'), 'a lock has no bytes that anybody waits for');
  expect(countOtherBytes(spoolDir, own.path)).toBe(0);
  expect(countOtherBytes(join(spoolDir, 'nowhere'), own.path)).toBe(0);
  own.release();
});

test('a folder whose owner lives is nobody else’s, and counts no more once its adopter removed it', async () => {
  const spoolDir = createSpoolDir();
  const own = createSpoolFolder(spoolDir, 'own');
  const other = createSpoolFolder(spoolDir, 'other');
  fill(other.path, '00000001.frames', 40);
  expect(claimOrphans(spoolDir)).toEqual([]);
  other.release();
  const orphans = claimOrphans(spoolDir);
  expect(orphans.map(({ path }) => path)).toEqual([other.path]);
  expect(countOtherBytes(spoolDir, own.path)).toBe(40);
  await orphans[0]?.remove();
  expect(countOtherBytes(spoolDir, own.path)).toBe(0);
  expect(existsSync(other.path)).toBe(false);
  own.release();
});
