/*
 * How long a start takes with the embedded database: `bun bench/start.ts [starts] [--keep]`. The first one prepares the database
 * and, where that is missing, builds the dashboard; the others find everything there, as a person's second start does. Timed
 * from before the process exists until it says that it is ready: both ports open, the database answering. Ends with 1 where
 * the second start is too slow.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { toMedian } from '@nexus/testkit';
import { createHoldReport } from './src/hold-report.ts';
import { readCpu, readResidentMb } from './src/read-cpu.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { keep: { type: 'boolean' } } });
const starts = Number(positionals[0] ?? 5);
const report = createHoldReport('Starting', `bun bench/start.ts ${starts}`);
const READY_MS_MAX = 1_500;
const ENTRY = join(import.meta.dir, '../tools/src/start.ts');

interface Start {
  /** From before the process until it said that it is ready. */
  readonly readyMs: number;
  /** Processor time of all its threads by then. */
  readonly cpuMs: number;
  readonly residentMb: number;
  /** From SIGTERM to its end. */
  readonly stopMs: number;
}

const folder = mkdtempSync(join(tmpdir(), 'nexus-bench-start-'));
try {
  const first = await startOnce();
  const later: Start[] = [];
  for (let count = 0; count < starts; count += 1) later.push(await startOnce());
  const ready = later.map(({ readyMs }) => readyMs);
  report.say(`the first start, which prepares the database: ready after ${toSeconds(first.readyMs)}`);
  report.say(
    `the next ${starts}: ready after ${toSeconds(toMedian(ready))} (median; ${toSeconds(Math.min(...ready))} to ` +
      `${toSeconds(Math.max(...ready))}), with ${toSeconds(toMedian(later.map(({ cpuMs }) => cpuMs)))} of processor time and ` +
      `${toMedian(later.map(({ residentMb }) => residentMb)).toFixed(0)} MB resident by then`,
  );
  report.say(`stopped after ${toSeconds(toMedian(later.map(({ stopMs }) => stopMs)))} (median)`);
  report.require(`a second start is ready within ${toSeconds(READY_MS_MAX)} (median)`, toMedian(ready) <= READY_MS_MAX);
  report.judge();
  if (values.keep === true) report.keep();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function startOnce(): Promise<Start> {
  const startedAt = performance.now();
  const child = Bun.spawn([process.execPath, ENTRY, '--port', '0', '--dashboard-port', '0', '--data-dir', folder], {
    cwd: folder,
    // As the script `start` of package.json sets it; without it the process would replace itself once.
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, BUN_CONFIG_MAX_HTTP_REQUESTS: '65535' },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'inherit',
  });
  await untilReady(child.stdout);
  const readyMs = performance.now() - startedAt;
  const cpuMs = readCpu([child.pid]).total / 1000;
  const residentMb = readResidentMb([child.pid]).now;
  const stoppedAt = performance.now();
  child.kill('SIGTERM');
  await child.exited;
  return { readyMs, cpuMs, residentMb, stopMs: performance.now() - stoppedAt };
}

async function untilReady(output: ReadableStream<Uint8Array>): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of output) {
    text += decoder.decode(piece, { stream: true });
    if (text.includes('is ready')) return;
  }
  throw new Error(`it ended before it was ready: ${text}`);
}

function toSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
