import { join } from 'node:path';
import { PACED_MODEL, buildSmallBody } from '../bodies.ts';
import { type PacedResult, runPacedStreams } from '../load/paced-streams.ts';
import { readCpu, readResidentMb, subtractCpu } from '../read-cpu.ts';
import { hasNginx, startNginx } from '../stacks/start-nginx.ts';
import { startNexus } from '../stacks/start-nexus.ts';
import { MEASURED_CORE, type World } from '../stacks/start-world.ts';
import { type Effort, type Scenario, type ScenarioResult, toFixed } from './scenario.ts';

const GAP_MS = 50;
const RESIDENT_MB_MAX = 200;

/** Many streams at the pace of a model, 100 events each. */
export const paced: Scenario = {
  name: 'streams-1000',
  about: 'Many paced streams at once',
  run,
};

interface Seen {
  readonly name: string;
  readonly result: PacedResult;
  readonly mainUsPerEvent: number;
  readonly totalUsPerEvent: number;
  readonly residentMostMb: number;
}

async function run(world: World, effort: Effort): Promise<ScenarioResult> {
  const seen = [
    await measure('direct', { url: world.upstreamUrl, pids: [] }, effort),
    await measureNexus(world, effort),
    ...(hasNginx() ? [await measureNginx(world, effort)] : []),
  ];
  return toResult(seen, effort);
}

async function measureNexus({ upstreamUrl, databaseUrl, folder }: World, effort: Effort): Promise<Seen> {
  const options = { folder: join(folder, 'nexus'), core: MEASURED_CORE, upstreamUrl, databaseUrl };
  await using nexus = await startNexus(options);
  const seen = await measure('Claude Nexus', { url: nexus.url, pids: [nexus.pid] }, effort);
  await nexus.awaitRecorded();
  return seen;
}

async function measureNginx({ upstreamUrl, folder }: World, effort: Effort): Promise<Seen> {
  await using nginx = await startNginx({ folder: join(folder, 'nginx'), core: MEASURED_CORE, upstreamUrl });
  // Awaited here: what is returned unawaited runs on after nginx was stopped.
  return await measure(`nginx + Lua (${nginx.reads})`, nginx, effort);
}

async function measure(
  name: string,
  { url, pids }: { url: string; pids: readonly number[] },
  effort: Effort,
): Promise<Seen> {
  const before = readCpu(pids);
  const body = buildSmallBody(PACED_MODEL);
  const result = await runPacedStreams({ url, streams: effort.streams, gapMs: GAP_MS, body });
  const cpu = subtractCpu(readCpu(pids), before);
  const events = Math.max(1, result.events);
  return {
    name,
    result,
    mainUsPerEvent: cpu.main / events,
    totalUsPerEvent: cpu.total / events,
    residentMostMb: readResidentMb(pids).most,
  };
}

function toResult(seen: readonly Seen[], effort: Effort): ScenarioResult {
  const nexus = seen.find(({ name }) => name === 'Claude Nexus');
  const most = nexus?.residentMostMb ?? Number.NaN;
  const failed = nexus?.result.failed ?? effort.streams;
  return {
    title: `${effort.streams} streams at once, 100 events each, ${GAP_MS} ms apart`,
    taken: 'Taken once, the paths one after the other.',
    columns: [
      'path',
      'events',
      'failed',
      'first token p50 / p99 ms',
      'late p50 / p99 ms',
      'main µs/event',
      'all µs/event',
      'resident most MB',
    ],
    rows: seen.map(({ name, result, mainUsPerEvent, totalUsPerEvent, residentMostMb }) => [
      name,
      toFixed(result.events),
      toFixed(result.failed),
      `${toFixed(result.firstTokenP50Ms, 1)} / ${toFixed(result.firstTokenP99Ms, 1)}`,
      `${toFixed(result.lateP50Ms, 1)} / ${toFixed(result.lateP99Ms, 1)}`,
      toFixed(mainUsPerEvent, 1),
      toFixed(totalUsPerEvent, 1),
      toFixed(residentMostMb),
    ]),
    verdicts: [
      `${failed} of ${effort.streams} streams failed, aim 0: ${failed === 0 ? 'met' : 'not met'}`,
      `resident at most ${toFixed(most)} MB, aim ≤ ${RESIDENT_MB_MAX}: ${most <= RESIDENT_MB_MAX ? 'met' : 'not met'}`,
    ],
  };
}
