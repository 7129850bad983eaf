import type { Config } from '@nexus/config';
import type { OperationArguments, OperationName, OperationOutput } from '@nexus/contract';
import type { Terminal } from './terminal.ts';
import { toBrowserUrl } from './to-browser-url.ts';

/** Performs one operation as the person at this machine. */
export type Perform = <N extends OperationName>(name: N, input: OperationArguments<N>) => Promise<OperationOutput<N>>;

/**
 * Runs `task` with operations on the database of these settings: that of DATABASE_URL, or the embedded one, which is
 * started if the gateway is not running and left as it was afterwards.
 */
export async function withOperations<T>(
  config: Config,
  terminal: Terminal,
  task: (perform: Perform) => Promise<T>,
): Promise<T> {
  if (!config.storage.enabled) throw new Error('STORAGE_ENABLED is off, so there is no database to ask.');
  // Loaded here and not above, so that help and start do not pay for the database driver.
  const [{ perform }, { openStorage, migrate, startEmbeddedPostgres, StorageError }] = await Promise.all([
    import('@nexus/services'),
    import('@nexus/storage'),
  ]);
  const log = {
    info: () => {},
    warn: () => {},
    error: (_fields: unknown, message: string) => terminal.printError(message),
  };
  const { databaseUrl, dataDir, prepared, slowQueryMs } = config.storage;
  const embedded = databaseUrl === null ? await startEmbeddedPostgres({ dataDir, log }) : null;
  const connection = embedded?.connection ?? databaseUrl?.reveal() ?? '';
  const storage = openStorage({ connection, poolMax: 2, prepared, slowQueryMs, log });
  try {
    await migrate(storage).catch((failure: unknown) => {
      if (failure instanceof StorageError) throw failure;
      const because = failure instanceof Error ? failure.message : String(failure);
      throw new Error(`The database cannot be used: ${because}. Check DATABASE_URL.`, { cause: failure });
    });
    const context = {
      actor: { kind: 'local-cli' as const },
      storage,
      recorderStats: toUnknownRecorder,
      domains: { list: () => [], credentialOf: () => 'none' as const },
      proxyUrl: () => toBrowserUrl(config.server.host, config.server.port),
      apiKeySalt: config.identity.apiKeySalt?.reveal() ?? '',
      clock: terminal.clock,
      newId: terminal.newId,
    };
    return await task((name, input) => perform(context, name, input));
  } finally {
    await storage.close();
    await embedded?.stop();
  }
}

// The recorder lives in the gateway's process; the command line sees the database only.
function toUnknownRecorder() {
  return {
    state: 'off' as const,
    queuedRecords: 0,
    spoolBytes: 0,
    spoolBytesMax: 0,
    droppedPayloads: 0,
    droppedRecords: 0,
    lastWriteAtMs: null,
    lastProblem: null,
  };
}
