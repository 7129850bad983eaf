/*
 * Must hold 3, long form: 5,000 callers leave at random points of every phase. `bun bench/aborts.ts [callers] [seed] [--keep]`.
 * Prints how many left where, how long the gateway and its upstream needed to be empty again, and what was recorded.
 */
import { parseArgs } from 'node:util';
import {
  ABORT_POINTS,
  createTestDatabase,
  readResidentBytes,
  runAbortStorm,
  startFakeClaude,
  startGatewayProcess,
  until,
} from '@nexus/testkit';
import { createHoldReport } from './src/hold-report.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { keep: { type: 'boolean' } } });
const callers = Number(positionals[0] ?? 5000);
const seed = Number(positionals[1] ?? 1);
const report = createHoldReport('Callers that leave', `bun bench/aborts.ts ${callers} ${seed}`);
const megabyte = 1024 * 1024;

const fake = await startFakeClaude({ requestsKeptMax: callers + 10, keptBytesMax: 1024 * megabyte });
const database = await createTestDatabase();
const gateway = await startGatewayProcess({ upstreamUrl: fake.url, databaseUrl: database.url });

const startedAtMs = performance.now();
const residentBefore = readResidentBytes(gateway.pid);
const aborts = await runAbortStorm({ url: gateway.proxyUrl, count: callers, concurrency: 50, seed, name: 'bench' });
const stormMs = performance.now() - startedAtMs;
const emptyAtMs = performance.now();
await until('the upstream is empty', () => (fake.stats().inFlight === 0 ? true : null));
await until('the gateway is empty', async () => ((await inFlight()) === 0 ? true : null));
const emptyMs = performance.now() - emptyAtMs;

const seen = new Set(fake.requests.map((request) => new URL(request.target, 'http://fake').search));
const certain = aborts.filter((abort) => abort.how === 'fin' || abort.receivedBytes > 0 || seen.has(abort.query));
const outcomes = await until(
  'every caller is on record',
  async () => {
    const found = await listOutcomes();
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
  const counts = Object.entries(Object.groupBy(here, (abort) => outcomes.get(abort.query) ?? 'never seen'));
  report.say(`  ${point.padEnd(16)}${counts.map(([outcome, list]) => `${outcome} ${list?.length ?? 0}`).join(', ')}`);
}
await gateway.remove();
await fake.stop();
await database.drop();
if (values.keep === true) report.keep();

async function inFlight(): Promise<number> {
  const headers = { 'x-dashboard-key': gateway.dashboardKey };
  const text = await (await fetch(`${gateway.dashboardUrl}/metrics`, { headers })).text();
  return Number(/^nexus_exchanges_in_flight (\S+)$/m.exec(text)?.[1]);
}

/** Outcomes by query string, from the API's pages. */
async function listOutcomes(): Promise<ReadonlyMap<string, string>> {
  const byQuery = new Map<string, string>();
  for (let cursor = ''; ;) {
    const page = readPage(await gateway.ask(`/api/requests?limit=500${cursor}`));
    for (const row of page.requests) byQuery.set(row.query, row.outcome);
    if (page.nextCursor === null) return byQuery;
    cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
  }
}

interface Page {
  readonly requests: readonly { readonly query: string; readonly outcome: string }[];
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
