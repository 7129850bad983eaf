import { join } from 'node:path';
import { runWrk } from '../load/run-wrk.ts';
import { toMedian } from '../percentile.ts';
import {
  type CpuTimes,
  findProcesses,
  readCpu,
  readResidentMb,
  readTotals,
  subtractCpu,
  sumSince,
} from '../read-cpu.ts';
import { hasNginx, startNginx } from '../stacks/start-nginx.ts';
import { startNexus } from '../stacks/start-nexus.ts';
import { MEASURED_CORE, type World } from '../stacks/start-world.ts';
import { type Effort, type Scenario, type ScenarioResult, toFixed, toTaken } from './scenario.ts';

export interface SaturateOptions {
  readonly name: string;
  readonly about: string;
  readonly bodies: () => readonly Uint8Array[];
  readonly connections: number;
  /** The main thread may take this much of what nginx takes. */
  readonly ratioMax?: number;
  /** Requests per second that must be reached, with both cores free. */
  readonly perSecondMin?: number;
}

/** A stack under `wrk`: what it is, which processes it has, and when it has done all that a run left to do. */
interface Subject extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  readonly pids: readonly number[];
  settle(): Promise<void>;
}

interface Round {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly errors: number;
  /** Microseconds a request. */
  readonly cpu: CpuTimes;
  readonly databaseUs: number;
  readonly residentMb: number;
}

/** Requests as fast as they go, one stack after the other, again and again. */
export function createSaturation(options: SaturateOptions): Scenario {
  const { name, about } = options;
  return { name, about, run: (world, effort) => run(options, world, effort) };
}

async function run(options: SaturateOptions, world: World, effort: Effort): Promise<ScenarioResult> {
  const isFree = options.perSecondMin !== undefined;
  await using nexus = await startNexusSubject(world, isFree ? null : MEASURED_CORE);
  await using nginx = !isFree && hasNginx() ? await startNginxSubject(world) : null;
  const subjects = nginx === null ? [nexus] : [nexus, nginx];
  const bodies = options.bodies();
  const rounds = new Map<string, Round[]>(subjects.map((subject) => [subject.name, []]));
  const load = { bodies, connections: options.connections, folder: join(world.folder, 'load') };
  for (const subject of subjects)
    await runWrk({ ...load, url: subject.url, seconds: Math.min(WARM_SECONDS, effort.seconds) });
  for (let round = 0; round < effort.rounds; round += 1) {
    for (const subject of subjects) {
      await subject.settle();
      rounds.get(subject.name)?.push(await measure(subject, world, { ...load, seconds: effort.seconds }));
    }
  }
  return toResult(options, bodies, rounds);
}

/** By then the main thread costs what it costs after a minute: compilers are done (2 s left 5 % of it to the figures). */
const WARM_SECONDS = 5;

async function measure(
  subject: Subject,
  world: World,
  load: { bodies: readonly Uint8Array[]; connections: number; folder: string; seconds: number },
): Promise<Round> {
  const database = findProcesses(world.connection.host);
  const before = { cpu: readCpu(subject.pids), database: readTotals(database) };
  const result = await runWrk({ ...load, url: subject.url });
  const residentMb = readResidentMb(subject.pids).now;
  // The recorder writes on after the last answer: that work belongs to the requests as well.
  await subject.settle();
  const cpu = subtractCpu(readCpu(subject.pids), before.cpu);
  const each = (microseconds: number): number => microseconds / Math.max(1, result.requests);
  return {
    perSecond: result.perSecond,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    errors: result.errors,
    cpu: {
      main: each(cpu.main),
      http: each(cpu.http),
      callers: each(cpu.callers),
      recorder: each(cpu.recorder),
      other: each(cpu.other),
      total: each(cpu.total),
    },
    databaseUs: each(sumSince(before.database)),
    residentMb,
  };
}

async function startNexusSubject(world: World, core: number | null): Promise<Subject> {
  const folder = join(world.folder, 'nexus');
  const stack = await startNexus({ folder, core, upstreamUrl: world.upstreamUrl, databaseUrl: world.databaseUrl });
  return {
    name: 'Claude Nexus',
    url: stack.url,
    pids: [stack.pid],
    settle: () => stack.awaitRecorded(),
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}

async function startNginxSubject(world: World): Promise<Subject> {
  const folder = join(world.folder, 'nginx');
  const stack = await startNginx({ folder, core: MEASURED_CORE, upstreamUrl: world.upstreamUrl });
  return {
    name: `nginx + Lua (${stack.reads})`,
    url: stack.url,
    pids: stack.pids,
    settle: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}

function toResult(
  options: SaturateOptions,
  bodies: readonly Uint8Array[],
  rounds: ReadonlyMap<string, readonly Round[]>,
): ScenarioResult {
  const pick = (of: readonly Round[], read: (round: Round) => number): number => toMedian(of.map(read));
  const rows = [...rounds].map(([name, of]) => [
    name,
    toFixed(pick(of, ({ perSecond }) => perSecond)),
    toFixed(pick(of, ({ cpu }) => cpu.main)),
    toFixed(pick(of, ({ cpu }) => cpu.http)),
    toFixed(pick(of, ({ cpu }) => cpu.callers)),
    toFixed(pick(of, ({ cpu }) => cpu.recorder)),
    toFixed(pick(of, ({ cpu }) => cpu.other)),
    toFixed(pick(of, ({ cpu }) => cpu.total)),
    toFixed(pick(of, ({ databaseUs }) => databaseUs)),
    `${toFixed(
      pick(of, ({ p50Ms }) => p50Ms),
      1,
    )} / ${toFixed(
      pick(of, ({ p99Ms }) => p99Ms),
      1,
    )}`,
    toFixed(pick(of, ({ residentMb }) => residentMb)),
    toFixed(pick(of, ({ errors }) => errors)),
  ]);
  const bytes = Math.round(toMedian(bodies.map(({ byteLength }) => byteLength)) / 1000);
  return {
    title: `${options.about} (request ${bytes} KB, ${options.connections} connections)`,
    taken: toTaken(Math.max(...[...rounds.values()].map(({ length }) => length))),
    columns: [
      'stack',
      'req/s',
      'main µs',
      'http µs',
      'callers µs',
      'recorder µs',
      'other µs',
      'all µs',
      'database µs',
      'p50 / p99 ms',
      'resident MB',
      'errors',
    ],
    rows,
    verdicts: judge(options, rounds),
  };
}

function judge(options: SaturateOptions, rounds: ReadonlyMap<string, readonly Round[]>): string[] {
  const [nexus = [], nginx] = [...rounds.values()];
  const { ratioMax, perSecondMin } = options;
  if (perSecondMin !== undefined) {
    const perSecond = toMedian(nexus.map((round) => round.perSecond));
    return [`${toFixed(perSecond)} req/s, aim ≥ ${perSecondMin}: ${perSecond >= perSecondMin ? 'met' : 'not met'}`];
  }
  if (nginx === undefined || ratioMax === undefined)
    return ['nginx with Lua is not installed: nothing to compare with'];
  const ratio = toMedian(nexus.map(({ cpu }) => cpu.main)) / toMedian(nginx.map(({ cpu }) => cpu.total));
  return [
    `main thread ÷ nginx + Lua = ${toFixed(ratio, 2)}, aim ≤ ${ratioMax}: ${ratio <= ratioMax ? 'met' : 'not met'}`,
  ];
}
