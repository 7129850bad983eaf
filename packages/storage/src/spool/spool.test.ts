import { afterAll, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@nexus/testkit';
import { readSegment } from './frame.ts';
import { createSpool } from './spool.ts';
import { createSpoolFolder, claimOrphans, listSegments } from './spool-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'storage-spool-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const MEGABYTE = 1024 * 1024;

function createFolder(): string {
  return mkdtempSync(join(root, 'folder-'));
}

test('frames are numbered from one and come back in order after a flush', async () => {
  const spool = createSpool(createFolder());
  const numbers = ['a', 'b', 'c'].map((text) => spool.append([Buffer.from(text), Buffer.from('!')]));
  expect(numbers).toEqual([1, 2, 3]);
  expect(await spool.read(1)).toEqual({ first: 1, frames: [] });
  await spool.flush();
  expect((await spool.read(2)).frames.map(String)).toEqual(['b!', 'c!']);
  expect(spool.pendingBytes()).toBe(0);
  await spool.close();
});

test('without being asked, an append is on disk soon after', async () => {
  const folder = createFolder();
  const spool = createSpool(folder);
  spool.append([Buffer.from('kept')]);
  await until('it is written', () => spool.pendingBytes() === 0 || null);
  expect(
    listSegments(folder)
      .flatMap((path) => readSegment(readFileSync(path)).frames)
      .map(String),
  ).toEqual(['kept']);
  await spool.close();
});

test('what is saved at once stands on disk whole, beside what a flush has written or is just writing', async () => {
  const folder = createFolder();
  const spool = createSpool(folder);
  const readAll = () => listSegments(folder).flatMap((path) => readSegment(readFileSync(path)).frames.map(String));
  spool.append([Buffer.from('flushed')]);
  await spool.flush();
  spool.append([Buffer.from('pending')]);
  const flushing = spool.flush();
  spool.append([Buffer.from('last')]);
  spool.saveNow();
  expect(new Set(readAll())).toEqual(new Set(['flushed', 'pending', 'last']));
  await flushing;
  spool.saveNow();
  expect(readAll().filter((frame) => frame === 'flushed')).toHaveLength(1);
  await spool.close();
});

test('a damaged byte in our own segment costs the one frame it is in, and reading goes on behind it', async () => {
  const folder = createFolder();
  const spool = createSpool(folder);
  for (let count = 0; count < 20; count += 1) spool.append([Buffer.from(`frame ${count}`.padEnd(count + 9))]);
  await spool.flush();
  const [path = ''] = listSegments(folder);
  const whole = readFileSync(path);
  const before = (await spool.read(1)).frames.map(String);
  for (let at = 0; at < whole.byteLength; at += 7) {
    const damaged = Buffer.from(whole);
    damaged[at] = 255 - (damaged[at] ?? 0);
    writeFileSync(path, damaged);
    const { first, frames } = await spool.read(1);
    expect(first).toBe(1);
    expect(frames.map(String).filter((text, index) => text !== before[index])).toEqual(['']);
  }
  await spool.close();
});

test('a segment that somebody deleted costs the frames in it; what comes after is kept in another', async () => {
  const folder = createFolder();
  const spool = createSpool(folder);
  for (const text of ['a', 'b', 'c']) spool.append([Buffer.from(text)]);
  await spool.flush();
  for (const path of listSegments(folder)) rmSync(path);
  expect(await spool.read(2)).toEqual({ first: 2, frames: [Buffer.alloc(0), Buffer.alloc(0)] });
  spool.append([Buffer.from('d')]);
  await spool.flush();
  expect((await spool.read(4)).frames.map(String)).toEqual(['d']);
  await spool.close();
});

test('segments are cut at 8 MB and deleted when everything in them is released', async () => {
  const folder = createFolder();
  const spool = createSpool(folder);
  for (let count = 0; count < 20; count += 1) {
    spool.append([Buffer.alloc(MEGABYTE, count)]);
    await spool.flush();
  }
  expect(readdirSync(folder)).toHaveLength(3);
  await spool.release(8);
  expect(readdirSync(folder)).toHaveLength(2);
  const { first, frames } = await spool.read(9);
  expect([first, frames[0]?.[0]]).toEqual([9, 8]);
  await spool.release(20);
  expect(readdirSync(folder)).toEqual([]);
  expect(spool.bytes()).toBe(0);
  expect(spool.append([Buffer.from('next')])).toBe(21);
  await spool.flush();
  expect((await spool.read(21)).frames.map(String)).toEqual(['next']);
  await spool.close();
});

test('a disk that refuses keeps the frames in memory, says why, and gets them when it recovers', async () => {
  const folder = join(createFolder(), 'gone');
  const spool = createSpool(folder);
  spool.append([Buffer.from('first')]);
  await spool.flush();
  expect(spool.problem()).toContain('ENOENT');
  spool.append([Buffer.from('second')]);
  mkdirSync(folder);
  await spool.flush();
  expect(spool.problem()).toBeNull();
  expect((await spool.read(1)).frames.map(String)).toEqual(['first', 'second']);
  await spool.close();
});

test('nobody adopts a folder whose owner lives, and everything in a folder that was given back', async () => {
  const spoolDir = createFolder();
  const own = createSpoolFolder(spoolDir, 'own');
  expect(claimOrphans(spoolDir)).toEqual([]);
  own.release();
  const [orphan] = claimOrphans(spoolDir);
  expect(orphan?.path).toBe(own.path);
  expect(claimOrphans(spoolDir)).toEqual([]);
  await orphan?.remove();
  expect(readdirSync(spoolDir)).toEqual([]);
});
