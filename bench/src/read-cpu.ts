import { readFileSync, readdirSync } from 'node:fs';

/** Processor time of one process in microseconds since it started, by what the thread is for. */
export interface CpuTimes {
  /** The thread that moves bytes. */
  readonly main: number;
  /** Bun's own thread for outgoing requests; part of moving bytes. */
  readonly http: number;
  /** Holds the connections of callers. */
  readonly callers: number;
  readonly recorder: number;
  /** Compiler, collector, allocator. */
  readonly other: number;
  readonly total: number;
}

/** The kernel counts in hundredths of a second (getconf CLK_TCK), so a measurement needs seconds to mean anything. */
const TICK_US = 10_000;

/** Sums over `pids`; threads that ended meanwhile are in no group but stay in `total`. */
export function readCpu(pids: readonly number[]): CpuTimes {
  const sums = { main: 0, http: 0, callers: 0, recorder: 0, other: 0, total: 0 };
  for (const pid of pids) {
    sums.total += readTicks(`/proc/${pid}/stat`) * TICK_US;
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const path = `/proc/${pid}/task/${thread}`;
      sums[toGroup(pid, thread, readName(path))] += readTicks(`${path}/stat`) * TICK_US;
    }
  }
  return sums;
}

export function subtractCpu(after: CpuTimes, before: CpuTimes): CpuTimes {
  return {
    main: after.main - before.main,
    http: after.http - before.http,
    callers: after.callers - before.callers,
    recorder: after.recorder - before.recorder,
    other: after.other - before.other,
    total: after.total - before.total,
  };
}

/** Microseconds that each of `pids` has had so far. */
export function readTotals(pids: readonly number[]): ReadonlyMap<number, number> {
  return new Map(pids.map((pid) => [pid, readTicks(`/proc/${pid}/stat`) * TICK_US]));
}

/** What they have had since; PostgreSQL ends helpers of its own meanwhile, and the last that those had is lost. */
export function sumSince(before: ReadonlyMap<number, number>): number {
  const now = readTotals([...before.keys()]);
  return [...before].reduce((sum, [pid, start]) => sum + Math.max(0, (now.get(pid) ?? 0) - start), 0);
}

/** Resident megabytes of `pids` together: now, and the most each ever had. */
export function readResidentMb(pids: readonly number[]): { now: number; most: number } {
  const sums = { now: 0, most: 0 };
  for (const pid of pids) {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    sums.now += Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
    sums.most += Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
  }
  return sums;
}

/** Every process whose command line holds `text`, and the children of those. */
export function findProcesses(text: string): number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const roots = new Set(
    all.filter((pid) => Number(pid) !== process.pid && tryRead(`/proc/${pid}/cmdline`).includes(text)),
  );
  const children = all.filter((pid) => roots.has(readParent(pid)));
  return [...new Set([...roots, ...children])].map(Number);
}

function toGroup(pid: number, thread: string, name: string): Exclude<keyof CpuTimes, 'total'> {
  return thread === String(pid) ? 'main' : (GROUPS[name] ?? 'other');
}

/** The kernel keeps 15 letters of a name. */
const GROUPS: Readonly<Record<string, Exclude<keyof CpuTimes, 'total'>>> = {
  'HTTP Client': 'http',
  'nexus-callers': 'callers',
  'nexus-recorder': 'recorder',
};

function readName(path: string): string {
  return tryRead(`${path}/comm`).trim();
}

function readTicks(path: string): number {
  // The name in parentheses may hold spaces; utime and stime are fields 14 and 15 of proc_pid_stat(5).
  const fields = tryRead(path).split(') ').at(-1)?.split(' ') ?? [];
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}

function readParent(pid: string): string {
  return tryRead(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[1] ?? '';
}

/** Processes and threads come and go while they are looked at. */
function tryRead(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
