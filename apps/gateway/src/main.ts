import {
  type Config,
  type Environment,
  Secret,
  isLoopback,
  listFlowNotes,
  loadConfig,
  readEnvironment,
  toProblemText,
  toRunnable,
} from '@nexus/config';
import { maskSecretText } from '@nexus/anthropic';
import { type LineWriter, type Logger, createLineWriter, createLogger } from '@nexus/telemetry';
import { type Gateway, VERSION, createGateway } from './compose.ts';
import { ensureFetchLimit } from './fetch-limit.ts';
import { toStartReport } from './start-report.ts';
import { createWorld } from './world.ts';

export interface RunOptions {
  readonly env: Environment;
  /** Flags of `start`, without program and command. */
  readonly argv: readonly string[];
  /** Takes a text for the person who starts the program. */
  readonly print: (text: string) => void;
}

const STANDARD_ERROR = 2;

/**
 * Serves until SIGTERM or SIGINT, then drains; a second signal hurries. Resolves when everything has stopped.
 * @throws {Error} with all wrong settings, or with the port that is taken.
 */
export async function runGateway({ env, argv, print }: RunOptions): Promise<void> {
  const loaded = loadConfig({ env, argv });
  if (!loaded.ok) throw new Error(toProblemText(loaded.problems));
  const { config } = loaded;
  ensureFetchLimit(config.server.exchangesMax, env);
  const lines = createLineWriter(STANDARD_ERROR);
  const log = openLog(config, lines);
  const stopped = Promise.withResolvers<void>();
  const gateway = await createGateway(config, { world: createWorld(env), log });
  try {
    const urls = await gateway.listen();
    // One broken promise must not end the exchanges of everybody else.
    process.on('unhandledRejection', (error) => log.error({ error }, 'a promise broke and nobody was listening'));
    stopOnSignal(gateway, { log, onStopped: stopped.resolve });
    const waitMs = config.storage.databaseUrl === null ? REPORT_WAIT_MS : DATABASE_WAIT_MS;
    const problem = await Promise.race([gateway.firstTry, stopped.promise, saySlow(waitMs)]);
    if (problem !== undefined) print(await describeStart(gateway, { config, env, problem, ...urls }));
  } catch (error) {
    await gateway.close({ drainMs: 0 });
    throw error;
  }
  await stopped.promise;
  lines.flushSync();
}

function openLog(config: Config, lines: LineWriter): Logger {
  return createLogger({
    level: config.log.level,
    write: (line) => lines.write(line),
    maskText: maskSecretText,
    format: process.stderr.isTTY ? 'plain' : 'json',
  });
}

function stopOnSignal(gateway: Gateway, { log, onStopped }: { log: Logger; onStopped: () => void }): void {
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) {
      gateway.hurry();
      return;
    }
    stopping = true;
    log.info({ signal }, 'stopping; a second signal hurries');
    void gateway.close().then(onStopped, (error: unknown) => {
      log.error({ error }, 'stopping failed');
      onStopped();
    });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** The ports are open all the while; a person must not wait longer than this to be told so. A first start prepares for 3 s. */
const REPORT_WAIT_MS = 15_000;
/** A server that somebody else runs answers at once, or is away. */
const DATABASE_WAIT_MS = 2_000;

function saySlow(ms: number): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  setTimeout(() => resolve(`no answer within ${ms / 1000} s`), ms).unref();
  return promise;
}

/** Where no terminal says how wide it is. */
const COLUMNS_UNKNOWN = 100;

interface Started {
  readonly config: Config;
  readonly proxyUrl: string;
  readonly dashboardUrl: string;
  readonly forwardUrl: string | null;
  readonly metricsUrl: string | null;
  readonly env: Environment;
  /** Why the database is not ready; null where it is. */
  readonly problem: string | null;
}

function toDatabaseWarning({ storage }: Config, problem: string): string {
  const which = storage.databaseUrl === null ? 'The embedded database' : 'The database of DATABASE_URL';
  // Some problems are sentences already.
  return `${which} is away: ${maskSecretText(problem).replace(/\.$/, '')}. Exchanges pass and are spooled; history comes when it is back.`;
}

/** Whether strangers may read the metrics. */
function areMetricsOpen({ server, telemetry }: Config): boolean {
  return telemetry.metricsPort !== null && telemetry.metricsToken === null && !isLoopback(server.host);
}

const METRICS_WARNING =
  'Whoever reaches METRICS_PORT reads the metrics. Set NEXUS_METRICS_TOKEN, or keep the port from strangers.';

async function describeStart(gateway: Gateway, started: Started): Promise<string> {
  const { config, proxyUrl, dashboardUrl, forwardUrl, metricsUrl, problem } = started;
  const credentials = gateway.credentials();
  return toStartReport(
    {
      version: VERSION,
      readyMs: performance.now(),
      proxyUrl,
      dashboardUrl,
      forwardUrl,
      metricsUrl,
      signInUrl: dashboardUrl + (await gateway.issueSignInPath()),
      upstreamUrl: config.upstream.baseUrl,
      records: toRecordsText(config, gateway.databaseFolder()),
      clientAuthRequired: config.identity.clientAuthRequired,
      keyedDomains: gateway.keyedDomains(),
      keyCommand: toRunnable('bun run nexus key create <name>'),
      credentials: toCredentialLines(
        config,
        credentials.map(({ line }) => toRunnable(line)),
      ),
      warnings: [
        ...listFlowNotes(started.env).map((note) => toRunnable(note)),
        ...(problem === null ? [] : [toDatabaseWarning(config, problem)]),
        ...(areMetricsOpen(config) ? [METRICS_WARNING] : []),
        ...credentials.filter(({ state }) => state !== 'valid').map(({ line }) => toRunnable(line)),
      ],
    },
    { colour: process.stdout.isTTY, columns: process.stdout.isTTY ? process.stdout.columns : COLUMNS_UNKNOWN },
  );
}

function toRecordsText({ storage }: Config, folder: string | null): string {
  if (!storage.enabled) return 'not kept (STORAGE_ENABLED is off)';
  if (storage.databaseUrl instanceof Secret) return 'PostgreSQL of DATABASE_URL';
  if (folder === null || folder === storage.dataDir) return `embedded PostgreSQL in ${storage.dataDir}`;
  return `embedded PostgreSQL in ${folder}, since its account cannot enter ${storage.dataDir}`;
}

function toCredentialLines({ identity }: Config, files: readonly string[]): readonly string[] {
  if (identity.apiKey !== null) return ['ANTHROPIC_API_KEY, for domains without a file', ...files];
  return files.length > 0 ? files : ['none stored; callers are served with the credential they bring'];
}

if (import.meta.main) {
  try {
    await runGateway({
      env: readEnvironment(),
      argv: process.argv.slice(2),
      print: (text) => void process.stdout.write(`${text}\n`),
    });
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
