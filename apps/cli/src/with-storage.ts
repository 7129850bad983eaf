import type { Config } from '@nexus/config';
import type { Storage } from '@nexus/storage';
import type { Terminal } from './terminal.ts';

/**
 * Runs `task` with the database of these settings, migrated: that of DATABASE_URL, or the embedded one, which is started if
 * the gateway is not running and left as it was afterwards.
 */
export async function withStorage<T>(
  config: Config,
  terminal: Terminal,
  task: (storage: Storage) => Promise<T>,
): Promise<T> {
  if (!config.storage.enabled) throw new Error('STORAGE_ENABLED is off, so there is no database to ask.');
  // Loaded here and not above, so that help and start do not pay for the database driver.
  const { openStorage, migrate, startEmbeddedPostgres, StorageError } = await import('@nexus/storage');
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
    return await task(storage);
  } finally {
    await storage.close();
    await embedded?.stop();
  }
}
