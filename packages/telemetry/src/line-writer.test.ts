import { expect, test } from 'bun:test';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLineWriter } from './line-writer.ts';

test('lines are written in order, and flushSync writes what still waits', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nexus-lines-'));
  const path = join(folder, 'out');
  const fd = openSync(path, 'w');
  const writer = createLineWriter(fd);
  writer.write('one\n');
  writer.write('two\n');
  expect(readFileSync(path, 'utf8')).toBe('');
  writer.flushSync();
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  closeSync(fd);
  rmSync(folder, { recursive: true });
});

test('a stalled reader costs lines, not memory, and the loss is told', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nexus-lines-'));
  const path = join(folder, 'out');
  const fd = openSync(path, 'w');
  const writer = createLineWriter(fd);
  const line = `${'x'.repeat(1_023)}\n`;
  for (let index = 0; index < 1_030; index += 1) writer.write(line);
  writer.flushSync();
  const text = readFileSync(path, 'utf8');
  expect(text.length).toBeLessThan(1_050_000);
  expect(text).toContain('"message":"log lines dropped","count":6');
  closeSync(fd);
  rmSync(folder, { recursive: true });
});
