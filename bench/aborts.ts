/*
 * Must hold 3, long form: 5,000 callers leave at random points of every phase. `bun bench/aborts.ts [callers] [seed] [--keep]`.
 * Prints how many left where, how long the gateway and its upstream needed to be empty again, what was recorded, and how soon
 * Claude hears that a caller left. Ends with 1 where something of it does not hold.
 */
import { parseArgs } from 'node:util';
import {
  type Abort,
  ABORT_POINTS,
  countConnections,
  createTestDatabase,
  readResidentBytes,
  runAbortStorm,
  startFakeClaude,
  startGatewayProcess,
  timeAborts,
  toMedian,
  until,
} from '@nexus/testkit';
import { createHoldReport } from './src/hold-report.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { keep: { type: 'boolean' } } });
const callers = Number(positionals[0] ?? 5000);
const seed = Number(positionals[1] ?? 1);
const report = createHoldReport('Callers that leave', `bun bench/aborts.ts ${callers} ${seed}`);
const megabyte = 1024 * 1024;
const TIMED = 20;
/** What an exchange held is free within a second, and Claude hears within 100 ms that nobody waits for its answer. */
const EMPTY_MS_MAX = 1000;
const REACHED_MS_MAX = 100;

const fake = await startFakeClaude({ requestsKeptMax: callers + TIMED + 10, keptBytesMax: 1024 * megabyte });
const database = await createTestDatabase();
const gateway = await startGatewayProcess({ upstreamUrl: fake.url, databaseUrl: database.url });

const timed = await timeAborts({ url: gateway.proxyUrl, fake, count: TIMED });
const startedAtMs = performance.now();
const residentBefore = readResidentBytes(gateway.pid);
const aborts = await runAbortStorm({ url: gateway.proxyUrl, count: callers, concurrency: 50, seed, name: 'bench' });
const stormMs = performance.now() - startedAtMs;
const emptyAtMs = performance.now();
await until('the upstream is empty', () => (fake.stats().inFlight === 0 ? true : null));
await until('the gateway is empty', async () => ((await inFlight()) === 0 ? true : null));
await until('callers are gone', () => (countConnections(gateway.proxyUrl) === 0 ? true : null));
const emptyMs = performance.now() - emptyAtMs;

const seen = new Set(fake.requests.map((request) => new URL(request.target, 'http://fake').search));
const certain = aborts.filter((abort) => abort.how === 'fin' || abort.receivedBytes > 0 || seen.has(abort.query));
const rows = await until(
  'every caller is on record',
  async () => {
    const found = await listRows();
    return certain.every((abort) => found.has(abort.query)) ? found : null;
  },
  60_000,
);

report.say(`${callers} callers left in ${(stormMs / 1000).toFixed(1)} s; empty again after ${emptyMs.toFixed(0)} ms`);
report.say(
  `resident ${toMegabytes(residentBefore)} MB before, ${toMegabytes(readResidentBytes(gateway.pid))} MB after`,
);
for (const point of ABORT_POINTS) {
  const here = aborts.filter((abort) => abort.point === point);
  const counts = Object.entries(Object.groupBy(here, (abort) => rows.get(abort.query)?.outcome ?? 'never seen'));
  report.say(`  ${point.padEnd(16)}${counts.map(([outcome, list]) => `${outcome} ${list?.length ?? 0}`).join(', ')}`);
}
const uncounted = aborts.flatMap((abort) => rows.get(abort.query) ?? []).filter(isUncounted);
const unmarked = uncounted.filter((row) => !row.usageEstimated || row.usage === null);
report.say(
  `left behind the head of an answer ${uncounted.length}, of them without an estimate that is marked ${unmarked.length}`,
);
report.say(`Claude heard of ${TIMED} callers that left after ${describe(timed)}`);
report.require(`empty again within ${EMPTY_MS_MAX} ms`, emptyMs <= EMPTY_MS_MAX);
report.require('every caller is on record with the outcome of its point', certain.every(isAsExpected));
report.require(
  'an estimate, marked, wherever the final usage is missing',
  uncounted.length > 0 && unmarked.length === 0,
);
report.require(
  `a caller that leaves reaches Claude within ${REACHED_MS_MAX} ms (median)`,
  toMedian(timed) <= REACHED_MS_MAX,
);
report.judge();
await gateway.remove();
await fake.stop();
await database.drop();
if (values.keep === true) report.keep();

/** Claude had begun to answer. With a stop reason the final usage was there: the caller left between that event and the last. */
function isUncounted({ outcome, status, stopReason }: Row): boolean {
  return outcome === 'aborted' && status !== null && stopReason === null;
}

/** An answer may have been whole before its caller was gone. */
function isAsExpected({ point, query }: Abort): boolean {
  const outcome = rows.get(query)?.outcome;
  return point === 'after-refusal' ? outcome === 'refused' : outcome === 'aborted' || outcome === 'completed';
}

function describe(times: readonly number[]): string {
  return `${toMedian(times).toFixed(1)} ms (median), ${Math.max(...times).toFixed(1)} ms (the slowest)`;
}

async function inFlight(): Promise<number> {
  const headers = { 'x-dashboard-key': gateway.dashboardKey };
  const text = await (await fetch(`${gateway.dashboardUrl}/metrics`, { headers })).text();
  return Number(/^nexus_exchanges_in_flight (\S+)$/m.exec(text)?.[1]);
}

/** Rows by query string, from the API's pages. */
async function listRows(): Promise<ReadonlyMap<string, Row>> {
  const byQuery = new Map<string, Row>();
  for (let cursor = ''; ;) {
    const page = readPage(await gateway.ask(`/api/requests?limit=500${cursor}`));
    for (const row of page.requests) byQuery.set(row.query, row);
    if (page.nextCursor === null) return byQuery;
    cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
  }
}

/** A row of `GET /api/requests`, as much of it as is looked at here. */
interface Row {
  readonly query: string;
  readonly outcome: string;
  readonly status: number | null;
  readonly stopReason: string | null;
  readonly usage: object | null;
  readonly usageEstimated: boolean;
}

interface Page {
  readonly requests: readonly Row[];
  readonly nextCursor: string | null;
}

function readPage(answer: unknown): Page {
  if (isPage(answer)) return answer;
  throw new Error('GET /api/requests gave no page');
}

function isPage(answer: unknown): answer is Page {
  return typeof answer === 'object' && answer !== null && 'requests' in answer && 'nextCursor' in answer;
}

function toMegabytes(bytes: number): string {
  return (bytes / megabyte).toFixed(0);
}
