/*
 * Must hold 7, long form: 200 callers read 50 MB streams at 1 KB/s. `bun bench/slow-readers.ts [readers] [seconds]`.
 * Prints resident memory of the gateway and the first-event time of an ordinary caller, before and beside them.
 */
import { createTestDatabase, runSlowReaders, startFakeClaude, startGatewayProcess, toMedian } from '@nexus/testkit';

const readers = Number(process.argv[2] ?? 200);
const seconds = Number(process.argv[3] ?? 20);
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
  console.log(
    `recording ${recording ? 'on' : 'off'}: ${readers} readers, resident ${resident.join(' → ')}, ` +
      `first event of others ${first.join(' → ')} (median), taken by readers ${(report.readBytes / megabyte).toFixed(0)} MB`,
  );
  await gateway.remove();
  await fake.stop();
  await database?.drop();
}
