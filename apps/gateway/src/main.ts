import { type Config, type Environment, Secret, loadConfig, readEnvironment, toProblemText } from '@nexus/config';
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
    const databaseIsReady = await Promise.race([gateway.ready, stopped.promise, falseAfter(REPORT_WAIT_MS)]);
    if (databaseIsReady !== undefined) print(await describeStart(gateway, { config, databaseIsReady, ...urls }));
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

/** The ports are open all the while; a person must not wait longer than this to be told so. */
const REPORT_WAIT_MS = 15_000;

function falseAfter(ms: number): Promise<false> {
  const { promise, resolve } = Promise.withResolvers<false>();
  setTimeout(() => resolve(false), ms).unref();
  return promise;
}

interface Started {
  readonly config: Config;
  readonly proxyUrl: string;
  readonly dashboardUrl: string;
  readonly databaseIsReady: boolean;
}

const DATABASE_AWAY =
  'The database is not ready. Exchanges pass and are spooled; the log says what is wrong, and history comes later.';

async function describeStart(gateway: Gateway, started: Started): Promise<string> {
  const { config, proxyUrl, dashboardUrl, databaseIsReady } = started;
  const credentials = gateway.credentials();
  return toStartReport(
    {
      version: VERSION,
      readyMs: performance.now(),
      proxyUrl,
      dashboardUrl,
      signInUrl: dashboardUrl + (await gateway.issueSignInPath()),
      upstreamUrl: config.upstream.baseUrl,
      records: toRecordsText(config, gateway.databaseFolder()),
      clientAuthRequired: config.identity.clientAuthRequired,
      credentials: toCredentialLines(
        config,
        credentials.map(({ line }) => line),
      ),
      warnings: [
        ...(databaseIsReady ? [] : [DATABASE_AWAY]),
        ...credentials.filter(({ state }) => state !== 'valid').map(({ line }) => line),
      ],
    },
    { colour: process.stdout.isTTY },
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
