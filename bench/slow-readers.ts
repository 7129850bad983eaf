/*
 * Must hold 7, long form: 200 callers read 50 MB streams at 1 KB/s. `bun bench/slow-readers.ts [readers] [seconds] [--keep]`.
 * Prints resident memory of the gateway and the first-event time of an ordinary caller, before and beside them.
 */
import { parseArgs } from 'node:util';
import { createTestDatabase, runSlowReaders, startFakeClaude, startGatewayProcess, toMedian } from '@nexus/testkit';
import { createHoldReport } from './src/hold-report.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { keep: { type: 'boolean' } } });
const readers = Number(positionals[0] ?? 200);
const seconds = Number(positionals[1] ?? 20);
const hold = createHoldReport('Readers that are slow', `bun bench/slow-readers.ts ${readers} ${seconds}`);
const megabyte = 1024 * 1024;

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
  const first = [report.firstEventMsBefore, report.firstEventMsDuring].map((list) => `${toMedian(list).toFixed(1)} ms`);
  hold.say(
    `recording ${recording ? 'on' : 'off'}: ${readers} readers, resident ${resident.join(' → ')}, ` +
      `first event of others ${first.join(' → ')} (median), taken by readers ${(report.readBytes / megabyte).toFixed(0)} MB`,
  );
  await gateway.remove();
  await fake.stop();
  await database?.drop();
}
if (values.keep === true) hold.keep();
