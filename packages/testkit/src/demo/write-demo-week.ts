import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRecordWriter } from '@nexus/storage';
import type { TestDatabase } from '../test-database/create-test-database.ts';
import { buildDemoWeek, type DemoWeekOptions } from './build-demo-week.ts';

const CLOSE_MS = 60_000;
const MEMORY_BYTES_MAX = 64 * 1024 * 1024;

/** Records a week of work as a gateway would have, so that plots have something to show; the number of its requests. */
export async function writeDemoWeek(database: TestDatabase, options: DemoWeekOptions): Promise<number> {
  const spoolDir = await mkdtemp(path.join(tmpdir(), 'nexus-demo-'));
  const writer = createRecordWriter({
    spoolDir,
    connection: database.connection,
    prepared: true,
    limits: { memoryBytesMax: MEMORY_BYTES_MAX, spoolBytesMax: 4 * MEMORY_BYTES_MAX },
    clock: Date.now,
    newId: () => Bun.randomUUIDv7(),
    log: { info() {}, warn() {}, error() {} },
  });
  const records = buildDemoWeek(options);
  for (const record of records) writer.append(record);
  await writer.close(CLOSE_MS);
  await rm(spoolDir, { recursive: true, force: true });
  const { writtenRecords, lastProblem } = writer.stats();
  if (writtenRecords !== records.length) throw new Error(`${writtenRecords} of ${records.length}: ${lastProblem}`);
  return records.length;
}
