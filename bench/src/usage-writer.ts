/**
 * A process that records calls: spool folder, connection as JSON, its place among the writers, how many those are, how many
 * calls there are. It writes those of its place, and every tenth call of the next place a second time. Ends when all is written.
 */
import { createRecordWriter } from '@nexus/storage';
import { until } from '@nexus/testkit';
import { buildUsageRecord } from './usage-records.ts';

const [, , spoolDir = '', connection = 'null', ...numbers] = Bun.argv;
const [place = 0, writers = 1, count = 0] = numbers.map(Number);
/** As many as wait when a writer is behind. */
const WAITING = 1_000;
const LONG_MS = 1_800_000;

const writer = createRecordWriter({
  spoolDir,
  connection: JSON.parse(connection),
  prepared: true,
  limits: { memoryBytesMax: 64 * 1024 * 1024, spoolBytesMax: 1024 * 1024 * 1024 },
  clock: Date.now,
  newId: () => Bun.randomUUIDv7(),
  log: { info() {}, warn() {}, error: (fields, message) => console.error(message, fields) },
});
for (let serial = 0; serial < count; serial += 1) {
  const isReplay = serial % 10 === 0 && serial % writers === (place + 1) % writers;
  if (serial % writers !== place && !isReplay) continue;
  writer.append(buildUsageRecord(serial, count));
  if (serial % 100 < writers)
    await until('there is room', () => (writer.stats().queuedRecords < WAITING ? true : null), LONG_MS);
}
await until('all is written', () => (writer.stats().queuedRecords === 0 ? true : null), LONG_MS);
await writer.adoptOrphans();
await until('nothing is left in the spool', () => (writer.stats().spoolBytes === 0 ? true : null), LONG_MS);
await writer.close(10_000);
