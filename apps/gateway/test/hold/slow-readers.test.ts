import { afterAll, beforeAll, expect, test } from 'bun:test';
import { runSlowReaders, until } from '@nexus/testkit';
import { createRecordedWorld, type RecordedWorld } from './recorded-world.ts';

// The long form, with 200 readers of 50 MB and what others wait beside them, is bench/slow-readers.ts.
const readers = 60;
const megabyte = 1024 * 1024;
const streamBytes = 50 * megabyte;
// Less than twice what it comes to for each: 6 MB where 60 flood in at once, garbage and the recorder's share included, and 3 MB
// where 200 stay for longer (bench/results-holds.md). A gateway that does not hold Claude back needs 50.
const readerBytesMax = 10 * megabyte;
const boundMs = 60_000;
let world: RecordedWorld;

beforeAll(async () => {
  world = await createRecordedWorld();
}, boundMs);

afterAll(async () => {
  await world.close();
});

test(
  'callers that read slowly slow their own stream down, and nobody pays memory for them',
  async () => {
    const { gateway, fake } = world;
    const report = await runSlowReaders({
      url: gateway.proxyUrl,
      pid: gateway.pid,
      readers,
      streamBytes,
      readBytesPerSecond: 1024,
      durationMs: 2000,
    });
    expect(report.residentMax - report.residentBefore).toBeLessThan(readers * readerBytesMax);
    // Others were answered while the slow ones held their streams.
    expect(report.firstEventMsDuring.length).toBeGreaterThanOrEqual(5);
    const slow = fake.requests.filter((request) => request.target.includes('slow=1'));
    expect(slow).toHaveLength(readers);
    await until('the fake is rid of them', () => (fake.stats().inFlight === 0 ? true : null), boundMs);
    // Back-pressure reached the upstream; the kernel's buffers of both connections hold some megabytes each.
    const sentBytes = slow.reduce((sum, request) => sum + request.sentBytes, 0);
    expect(sentBytes).toBeLessThan(0.75 * readers * streamBytes);
    console.log(
      'GROW',
      (report.residentMax - report.residentBefore) / megabyte,
      report.residentBefore / megabyte,
      sentBytes / readers / megabyte,
    );
  },
  boundMs,
);
