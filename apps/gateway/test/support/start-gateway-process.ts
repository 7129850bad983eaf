import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { waitFor } from './wait-for.ts';

/** The gateway as people run it: a process of its own. */
export interface GatewayProcess extends AsyncDisposable {
  readonly pid: number;
  readonly url: string;
  readonly dataDir: string;
  /** What it printed for the person who started it. */
  readonly printed: () => string;
  /** What it logged. */
  readonly logged: () => string;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly exited: Promise<number>;
}

export interface GatewayProcessOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Continues the data of an earlier process. */
  readonly dataDir?: string;
}

/** Starts `main.ts` and waits until it has printed where it serves. */
export async function startGatewayProcess({ env, dataDir }: GatewayProcessOptions): Promise<GatewayProcess> {
  const home = await mkdtemp(join(tmpdir(), 'nexus-process-'));
  const data = dataDir ?? join(home, 'data');
  const child = Bun.spawn([process.execPath, resolve(import.meta.dir, '../../src/main.ts')], {
    cwd: home,
    env: { HOME: home, PATH: '/usr/bin:/bin', PORT: '0', DASHBOARD_PORT: '0', NEXUS_DATA_DIR: data, ...env },
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const printed = collect(child.stdout);
  const logged = collect(child.stderr);
  const url = await waitFor('the gateway to be ready', () => {
    if (child.exitCode !== null) throw new Error(`the gateway ended: ${logged()}`);
    return /Proxy, API\s+(http:\/\/\S+)/.exec(printed())?.[1];
  });
  return {
    pid: child.pid,
    url,
    dataDir: data,
    printed,
    logged,
    kill: (signal) => child.kill(signal),
    exited: child.exited,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      child.kill('SIGTERM');
      await child.exited;
      await rm(home, { recursive: true, force: true });
    },
  };
}

function collect(stream: ReadableStream<Uint8Array>): () => string {
  let text = '';
  void (async () => {
    for await (const piece of stream) text += Buffer.from(piece).toString();
  })();
  return () => text;
}
