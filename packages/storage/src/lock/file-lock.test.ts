import { Database } from 'bun:sqlite';
import { afterAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@nexus/testkit';
import { takeLock, withLock } from './file-lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'storage-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a lock has one holder at a time, in one process too', () => {
  const path = join(folder, 'one.lock');
  const first = takeLock(path);
  expect(takeLock(path)).toBeNull();
  first?.release();
  const second = takeLock(path);
  expect(second).not.toBeNull();
  first?.release();
  expect(takeLock(path)).toBeNull();
  second?.release();
});

test('somebody else who is on the way to a free lock does not keep it from us: of two at once, one gets it', () => {
  const path = join(folder, 'race.lock');
  takeLock(path)?.release();
  // The first step of SQLite's lock, which both take before one of them gets the second.
  const other = new Database(path);
  other.run('begin');
  other.query('select count(*) from sqlite_master').get();
  const lock = takeLock(path);
  expect(lock).not.toBeNull();
  expect(() => other.run('begin immediate')).toThrow();
  lock?.release();
  other.close();
});

test('a process that is killed with -9 gives its lock back', async () => {
  const path = join(folder, 'killed.lock');
  const script = `
    const { takeLock } = await import(${JSON.stringify(join(import.meta.dir, 'file-lock.ts'))});
    globalThis.lock = takeLock(${JSON.stringify(path)});
    console.log('held');
    setInterval(() => {}, 1000);`;
  const child = Bun.spawn([process.execPath, '-e', script], { stdout: 'pipe' });
  await child.stdout.getReader().read();
  expect(takeLock(path)).toBeNull();
  child.kill('SIGKILL');
  await child.exited;
  const lock = await until('the lock is free', () => takeLock(path));
  lock.release();
});

test('who waits for a lock gets it after its holder, or an error that names the file', async () => {
  const path = join(folder, 'wait.lock');
  const order: string[] = [];
  const holder = Promise.withResolvers<void>();
  const first = withLock(path, 1_000, () => holder.promise.then(() => order.push('first')));
  expect(await withLock(path, 40, () => Promise.resolve()).catch(String)).toContain(path);
  const second = withLock(path, 5_000, () => Promise.resolve(order.push('second')));
  holder.resolve();
  await Promise.all([first, second]);
  expect(order).toEqual(['first', 'second']);
});
