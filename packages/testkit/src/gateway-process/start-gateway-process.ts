import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A gateway as people run it: a process of its own, with its own data folder. */
export interface GatewayProcess {
  readonly proxyUrl: string;
  readonly dashboardUrl: string;
  /** The one-time link that the start report shows; null where it shows none. */
  readonly signInUrl: string | null;
  readonly dataDir: string;
  readonly dashboardKey: string;
  readonly pid: number;
  /** Everything it printed so far, for searching and for messages of failed tests. */
  output(): string;
  /** Asks the API of the gateway; throws where the answer is not 2xx. */
  ask(pathAndQuery: string): Promise<unknown>;
  /** `SIGTERM`, then waits for the end; the data folder stays until `remove`. */
  stop(): Promise<void>;
  /** `SIGKILL`. */
  kill(): Promise<void>;
  /** Stops where it still runs, and deletes the data folder. */
  remove(): Promise<void>;
}

export interface GatewayProcessOptions {
  readonly upstreamUrl: string;
  /** Absent: the gateway starts its embedded PostgreSQL. */
  readonly databaseUrl?: string;
  /** Keeps an earlier data folder, for restarts. */
  readonly dataDir?: string;
  /** Settings by environment name; they go before ours. */
  readonly settings?: Readonly<Record<string, string>>;
}

const entry = path.resolve(import.meta.dir, '../../../../apps/gateway/src/main.ts');
const startMsMax = 60_000;
const stopMsMax = 30_000;
const outputCharactersMax = 4 * 1024 * 1024;

/** Starts a gateway on free ports of loopback and waits until it reports to be ready. */
export async function startGatewayProcess(options: GatewayProcessOptions): Promise<GatewayProcess> {
  const dataDir = options.dataDir ?? (await mkdtemp(path.join(tmpdir(), 'nexus-gateway-')));
  const dashboardKey = 'test-dashboard-key';
  // A killed test must not leave its gateway behind. Not with an embedded database, which would be killed along with it.
  const flags = options.databaseUrl === undefined ? [] : ['--no-orphans'];
  const child = Bun.spawn([process.execPath, ...flags, entry], {
    cwd: dataDir,
    env: { ...toEnvironment(options, dataDir), DASHBOARD_API_KEY: dashboardKey, ...options.settings },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const output = { text: '' };
  const reading = Promise.all([gather(child.stdout, output), gather(child.stderr, output)]);
  const urls = await awaitReport(child, output);

  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), stopMsMax);
    await child.exited;
    clearTimeout(timer);
    await reading;
  }

  return {
    ...urls,
    dataDir,
    dashboardKey,
    pid: child.pid,
    output: () => output.text,
    ask: (pathAndQuery) => ask(urls.dashboardUrl + pathAndQuery, dashboardKey),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    async remove() {
      await end('SIGTERM');
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Nothing of the person's own environment but what a program needs to run. */
function toEnvironment({ upstreamUrl, databaseUrl }: GatewayProcessOptions, dataDir: string): Record<string, string> {
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: dataDir,
    TMPDIR: tmpdir(),
    PORT: '0',
    DASHBOARD_PORT: '0',
    HOST: '127.0.0.1',
    NEXUS_DATA_DIR: dataDir,
    CREDENTIALS_DIR: path.join(dataDir, 'credentials'),
    CLAUDE_API_BASE_URL: upstreamUrl,
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
  };
}

async function gather(stream: ReadableStream<Uint8Array>, output: { text: string }): Promise<void> {
  const decoder = new TextDecoder();
  for await (const bytes of stream) {
    output.text = (output.text + decoder.decode(bytes, { stream: true })).slice(-outputCharactersMax);
  }
}

async function awaitReport(
  child: { readonly exitCode: number | null; kill(signal: 'SIGKILL'): void },
  output: { text: string },
): Promise<{ proxyUrl: string; dashboardUrl: string; signInUrl: string | null }> {
  const deadline = performance.now() + startMsMax;
  for (;;) {
    const proxyUrl = /Proxy, API\s+(http\S+)/.exec(output.text)?.[1];
    const dashboardUrl = /Dashboard\s+(http\S+)/.exec(output.text)?.[1];
    const isWhole = output.text.includes('ANTHROPIC_BASE_URL=');
    if (proxyUrl !== undefined && dashboardUrl !== undefined && isWhole) {
      return { proxyUrl, dashboardUrl, signInUrl: /Sign in\s+(http\S+)/.exec(output.text)?.[1] ?? null };
    }
    if (child.exitCode !== null) throw new Error(`the gateway ended with ${child.exitCode}:\n${output.text}`);
    if (performance.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`the gateway was not ready in ${startMsMax / 1000} s:\n${output.text}`);
    }
    await Bun.sleep(10);
  }
}

async function ask(url: string, dashboardKey: string): Promise<unknown> {
  const answer = await fetch(url, { headers: { 'x-dashboard-key': dashboardKey } });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${text}`);
  return JSON.parse(text);
}
