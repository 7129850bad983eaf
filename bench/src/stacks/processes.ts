import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@nexus/testkit';

/** A program of the bench, held to one core, whose output goes to a file. */
export interface PinnedProcess {
  readonly pid: number;
  output(): string;
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

export interface PinnedCommand {
  readonly name: string;
  /** Null leaves the choice to the kernel. */
  readonly core: number | null;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly folder: string;
}

const STOP_MS_MAX = 15_000;

export function startPinned({ name, core, command, env, folder }: PinnedCommand): PinnedProcess {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.log`);
  const file = openSync(path, 'w');
  const child = Bun.spawn([...(core === null ? [] : ['taskset', '-c', String(core)]), ...command], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...env },
    stdin: 'ignore',
    stdout: file,
    stderr: file,
  });
  closeSync(file);
  return {
    pid: child.pid,
    output: () => readFileSync(path, 'utf8'),
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
      await child.exited;
      clearTimeout(timer);
    },
  };
}

/** Waits until the program has printed what `pattern` finds, and gives its first group. */
export function awaitOutput(started: PinnedProcess, pattern: RegExp): Promise<string> {
  return until(`${pattern.source} in:\n${started.output()}`, () => pattern.exec(started.output())?.[1], 60_000);
}

/** A free port below the range from which the kernel takes outgoing ones, where a load test would collide with it. */
export function findLowPort(): number {
  for (let port = 21_000; port < 32_000; port += 1) {
    try {
      Bun.listen({ hostname: '127.0.0.1', port, socket: { data: () => {} } }).stop(true);
      return port;
    } catch {
      continue;
    }
  }
  throw new Error('no free port below 32000');
}
