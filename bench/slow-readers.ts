/*
 * Must hold 7, long form: 200 callers read 50 MB streams at 1 KB/s. `bun bench/slow-readers.ts [readers] [seconds] [--keep]`.
 * Prints resident memory of the gateway and the first-event time of an ordinary caller, before and beside them; ends with 1
 * where a reader costs more memory than it may, or others wait longer beside them.
 */
import { parseArgs } from 'node:util';
import { createTestDatabase, runSlowReaders, startFakeClaude, startGatewayProcess, toMedian } from '@nexus/testkit';
import { createHoldReport } from './src/hold-report.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { keep: { type: 'boolean' } } });
const readers = Number(positionals[0] ?? 200);
const seconds = Number(positionals[1] ?? 20);
const hold = createHoldReport('Readers that are slow', `bun bench/slow-readers.ts ${readers} ${seconds}`);
const megabyte = 1024 * 1024;
/** Twice what 200 readers come to, each: times NEXUS_EXCHANGES_MAX it is what a machine must have at the worst. */
const READER_BYTES_MAX = 6 * megabyte;
/** Two medians of 20 on a machine with neighbours differ by this much where nothing is different. */
const NOISE_MS = 2;

for (const recording of [false, true]) {
  const fake = await startFakeClaude();
  const database = recording ? await createTestDatabase() : null;
  const gateway = await startGatewayProcess({
    upstreamUrl: fake.url,
    ...(database === null ? { settings: { STORAGE_ENABLED: 'false' } } : { databaseUrl: database.url }),
  });
  const report = await runSlowReaders({
    url: gateway.proxyUrl,
    pid: gateway.pid,
    readers,
    streamBytes: 50 * megabyte,
    readBytesPerSecond: 1024,
    durationMs: seconds * 1000,
  });
  const resident = [report.residentBefore, report.residentMax].map((bytes) => `${(bytes / megabyte).toFixed(0)} MB`);
  const readerBytes = (report.residentMax - report.residentBefore) / readers;
  const before = toMedian(report.firstEventMsBefore);
  const during = toMedian(report.firstEventMsDuring);
  const name = `recording ${recording ? 'on' : 'off'}`;
  hold.say(
    `${name}: ${readers} readers, resident ${resident.join(' → ')} (${(readerBytes / megabyte).toFixed(1)} MB a reader), ` +
      `first event of others ${before.toFixed(1)} ms → ${during.toFixed(1)} ms (median), ` +
      `taken by readers ${(report.readBytes / megabyte).toFixed(0)} MB`,
  );
  hold.require(`${name}: at most ${READER_BYTES_MAX / megabyte} MB a reader`, readerBytes <= READER_BYTES_MAX);
  hold.require(`${name}: others wait no longer than before, within ${NOISE_MS} ms`, during <= before + NOISE_MS);
  await gateway.remove();
  await fake.stop();
  await database?.drop();
}
hold.judge();
if (values.keep === true) hold.keep();
