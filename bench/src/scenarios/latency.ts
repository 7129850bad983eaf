import { join } from 'node:path';
import { EVENTS_MODEL, JSON_MODEL, buildSmallBody } from '../bodies.ts';
import { openRawClient, toRequestBytes } from '../load/raw-exchange.ts';
import { toMedian, toPercentile } from '../percentile.ts';
import { hasNginx, startNginx } from '../stacks/start-nginx.ts';
import { startNexus } from '../stacks/start-nexus.ts';
import { MEASURED_CORE, type World } from '../stacks/start-world.ts';
import { type Effort, type Scenario, type ScenarioResult, toFixed } from './scenario.ts';

/** Answers that no path counts: compilers and connections warm up. */
const WARM_REQUESTS = 1_000;
/** Each is judged by itself and the median of them given: a noisy moment of the machine then spoils one and not the figure. */
const GROUPS = 10;
const P50_ADDED_MS_MAX = 0.4;
const FIRST_TOKEN_P99_ADDED_MS_MAX = 1;

/** What one caller alone pays for the way through us: the same requests direct and through, in turn. */
export const latency: Scenario = {
  name: 'latency',
  about: 'Added latency of one unloaded connection',
  run,
};

async function run(world: World, effort: Effort): Promise<ScenarioResult> {
  const { upstreamUrl, databaseUrl, folder } = world;
  await using nexus = await startNexus({
    folder: join(folder, 'nexus'),
    core: MEASURED_CORE,
    upstreamUrl,
    databaseUrl,
  });
  await using nginx = hasNginx()
    ? await startNginx({ folder: join(folder, 'nginx'), core: MEASURED_CORE, upstreamUrl })
    : null;
  const paths = new Map([
    ['direct', upstreamUrl],
    ['Claude Nexus', nexus.url],
    ...(nginx === null ? [] : [[`nginx + Lua (${nginx.reads})`, nginx.url] as const]),
  ]);
  const whole = await measure(paths, { body: buildSmallBody(JSON_MODEL), effort, read: ({ endMs }) => endMs });
  const first = await measure(paths, {
    body: buildSmallBody(EVENTS_MODEL),
    effort,
    read: ({ firstTokenMs }) => firstTokenMs,
  });
  return toResult([...paths.keys()], whole, first);
}

interface Measurement {
  readonly body: Uint8Array;
  readonly effort: Effort;
  readonly read: (timed: { firstTokenMs: number; endMs: number }) => number;
}

/** One connection a path, and one request each in turn, so that whatever else the machine does meets every path alike. */
async function measure(
  paths: ReadonlyMap<string, string>,
  { body, effort, read }: Measurement,
): Promise<Map<string, number[]>> {
  const taken = new Map<string, number[]>([...paths.keys()].map((name) => [name, []]));
  const callers = await Promise.all(
    [...paths].map(async ([name, url]) => {
      return { name, client: await openRawClient(url), request: toRequestBytes(url, body) };
    }),
  );
  for (let turn = -Math.min(WARM_REQUESTS, effort.requests); turn < effort.requests; turn += 1) {
    for (const { name, client, request } of callers) {
      const timed = await client.exchange(request);
      if (turn >= 0) taken.get(name)?.push(read(timed));
    }
  }
  for (const { client } of callers) client.close();
  return taken;
}

function toResult(
  names: readonly string[],
  whole: ReadonlyMap<string, readonly number[]>,
  first: ReadonlyMap<string, readonly number[]>,
): ScenarioResult {
  const p50 = added(whole, 'Claude Nexus', 50);
  const p99 = added(first, 'Claude Nexus', 99);
  return {
    title: 'One unloaded connection: 1 KB JSON whole, and the first token of a 100-event stream',
    taken: `Taken once, the paths taking turns request by request; medians of ${GROUPS} groups of requests.`,
    columns: [
      'path',
      'JSON p50 ms',
      'JSON p99 ms',
      'added p50 ms',
      'first token p50 ms',
      'first token p99 ms',
      'added first token p99 ms',
    ],
    rows: names.map((name) => [
      name,
      toFixed(at(whole, name, 50), 3),
      toFixed(at(whole, name, 99), 3),
      toFixed(added(whole, name, 50), 3),
      toFixed(at(first, name, 50), 3),
      toFixed(at(first, name, 99), 3),
      toFixed(added(first, name, 99), 3),
    ]),
    verdicts: [
      `added p50 ${toFixed(p50, 3)} ms, aim ≤ ${P50_ADDED_MS_MAX}: ${p50 <= P50_ADDED_MS_MAX ? 'met' : 'not met'}`,
      `added first-token p99 ${toFixed(p99, 3)} ms, aim ≤ ${FIRST_TOKEN_P99_ADDED_MS_MAX}: ${p99 <= FIRST_TOKEN_P99_ADDED_MS_MAX ? 'met' : 'not met'}`,
    ],
  };
}

function at(of: ReadonlyMap<string, readonly number[]>, name: string, percent: number): number {
  return toMedian(toGroups(of.get(name) ?? []).map((group) => toPercentile(group, percent)));
}

/** What the way through `name` adds, told within each group before the median is taken. */
function added(of: ReadonlyMap<string, readonly number[]>, name: string, percent: number): number {
  const direct = toGroups(of.get('direct') ?? []);
  const through = toGroups(of.get(name) ?? []);
  return toMedian(
    through.map((group, index) => toPercentile(group, percent) - toPercentile(direct[index] ?? [], percent)),
  );
}

function toGroups(values: readonly number[]): (readonly number[])[] {
  const size = Math.ceil(values.length / GROUPS);
  return Array.from({ length: GROUPS }, (_, index) => values.slice(index * size, (index + 1) * size));
}
