/**
 * `bun bench/database-away.ts [--seconds 60] [--rate 200] [--keep]`: PostgreSQL is stopped while requests go on, then the gateway
 * is killed with `kill -9`, then both start again. Prints what callers saw and whether every request is recorded once.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Storage, openStorage } from '@nexus/storage';
import { EVENTS_MODEL } from './src/bodies.ts';
import { createHoldReport } from './src/hold-report.ts';
import { type Sent, sendAtRate } from './src/load/send-at-rate.ts';
import { toPercentile } from './src/percentile.ts';
import { startNexus } from './src/stacks/start-nexus.ts';
import { MEASURED_CORE, startWorld } from './src/stacks/start-world.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    rate: { type: 'string', default: '200' },
    keep: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const perSecond = Number(values.rate);
const report = createHoldReport(
  'A database that is away',
  `bun bench/database-away.ts --seconds ${seconds} --rate ${perSecond}`,
);
/** Updates are gathered for 10 ms and the spool writes every 20 ms: what was answered later than that may be lost. */
const FLUSHED_MS = 100;

await using world = await startWorld();
const { upstreamUrl, databaseUrl } = world;
const options = { folder: join(world.folder, 'nexus'), core: MEASURED_CORE, upstreamUrl, databaseUrl };
const first = await startNexus(options);
const load = { url: first.url, model: EVENTS_MODEL, perSecond };

await sendAtRate({ ...load, url: upstreamUrl, seconds: 2 });
const direct = await sendAtRate({ ...load, url: upstreamUrl, seconds: Math.min(10, seconds) });
const warm = await sendAtRate({ ...load, seconds: 2 });
const before = await sendAtRate({ ...load, seconds: Math.min(30, seconds) });
await world.stopDatabase();
const during = await sendAtRate({ ...load, seconds });
await Bun.sleep(FLUSHED_MS);
const counts = await first.loadCounts();
await first.kill();

await world.startDatabase();
const startedMs = performance.now();
await using second = await startNexus(options);
await second.awaitRecorded();
const sent = [...warm, ...before, ...during];
const storage = openStorage({
  connection: world.connection,
  poolMax: 1,
  prepared: true,
  slowQueryMs: 60_000,
  log: world.databaseLog,
});
const recorded = await awaitRecorded(storage, sent.length);
await storage.close();

const answered = new Set(sent.map(({ requestId }) => requestId));
const lost = [...answered].filter((requestId) => !recorded.includes(requestId)).length;
const twice = recorded.length - new Set(recorded).size;
report.say(`callers, database there:  ${describe(before)}`);
report.say(`callers, database away:   ${describe(during)}`);
report.say(`callers, without gateway: ${describe(direct)}`);
report.say(`spooled when killed: ${counts.queuedRecords} records, ${(counts.spoolBytes / 1e6).toFixed(1)} MB`);
report.say(`caught up ${((performance.now() - startedMs) / 1000).toFixed(1)} s after the second start`);
report.say(`requests ${sent.length}, records ${recorded.length}, lost ${lost}, twice ${twice}`);
const errors = sent.filter(({ status }) => status !== 200).length;
report.require('no caller saw an error, no record lost, none twice', errors + lost + twice === 0);
report.judge();
if (values.keep) report.keep();

/** Ids of all records, as often as they stand there; waits for `count` of them, a minute at most. */
async function awaitRecorded({ db }: Storage, count: number): Promise<string[]> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const rows = await db.selectFrom('request').select('request_id').execute();
    if (rows.length >= count || performance.now() > deadline) return rows.map((row) => row.request_id);
    await Bun.sleep(200);
  }
}

function describe(of: readonly Sent[]): string {
  const failed = of.filter(({ status }) => status !== 200).length;
  const at = (percent: number): string =>
    toPercentile(
      of.map(({ ms }) => ms),
      percent,
    ).toFixed(2);
  return `${of.length} requests, ${failed} errors, p50 ${at(50)} ms, p99 ${at(99)} ms`;
}
