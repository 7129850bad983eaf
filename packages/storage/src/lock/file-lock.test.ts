import { afterAll, expect, test } from 'bun:test';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
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

test('of two that reach for a free lock at once, one gets it', async () => {
  const rounds = 1_000;
  const race = { path: join(folder, 'race.lock'), rounds, gates: new Int32Array(new SharedArrayBuffer(8)) };
  const [left, right] = await Promise.all([contend(race), contend(race)]);
  const holders = left.map((got, round) => got + (right[round] ?? 0));
  expect(holders.filter((count) => count !== 1)).toEqual([]);
}, 30_000);

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

async function contend(race: object): Promise<number[]> {
  const worker = new Worker(join(import.meta.dir, '../../test/lock-thread.ts'), { workerData: race });
  const got: unknown[] = await once(worker, 'message');
  await worker.terminate();
  return Array.isArray(got[0]) ? got[0].map(Number) : [];
}
