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
    stopOnSignal(gateway, { log, onStopped: stopped.resolve });
    await gateway.ready;
    print(await describeStart(gateway, config, urls));
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

interface Urls {
  readonly proxyUrl: string;
  readonly dashboardUrl: string;
}

async function describeStart(gateway: Gateway, config: Config, { proxyUrl, dashboardUrl }: Urls): Promise<string> {
  const credentials = gateway.credentials();
  return toStartReport(
    {
      version: VERSION,
      readyMs: performance.now(),
      proxyUrl,
      dashboardUrl,
      signInUrl: dashboardUrl + (await gateway.issueSignInPath()),
      upstreamUrl: config.upstream.baseUrl,
      records: toRecordsText(config),
      clientAuthRequired: config.identity.clientAuthRequired,
      credentials: toCredentialLines(
        config,
        credentials.map(({ line }) => line),
      ),
      warnings: credentials.filter(({ state }) => state !== 'valid').map(({ line }) => line),
    },
    { colour: process.stdout.isTTY },
  );
}

function toRecordsText({ storage }: Config): string {
  if (!storage.enabled) return 'not kept (STORAGE_ENABLED is off)';
  return storage.databaseUrl instanceof Secret
    ? 'PostgreSQL of DATABASE_URL'
    : `embedded PostgreSQL in ${storage.dataDir}`;
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
