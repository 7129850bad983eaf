import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '@nexus/config';
import {
  type EmbeddedPostgres,
  type PgConnection,
  type Storage,
  StorageError,
  ensurePartitions,
  migrate,
  openStorage,
  startEmbeddedPostgres,
  watchChanges,
} from '@nexus/storage';
import type { Logger } from '@nexus/telemetry';
import { keepHouse } from './keep-house.ts';
import { createDayCloser } from './usage/create-day-closer.ts';
import { createUsageProver } from './usage/create-usage-prover.ts';
import type { UsageProof } from './usage/usage-proof.ts';

/** The database of one process: started, migrated and kept ready beside everything else, so that nobody waits for it. */
export interface Database {
  /** Null until it is ready for the first time. */
  storage(): Storage | null;
  /** Where it is; resolves once it is migrated, and never where that never happens. */
  readonly connected: Promise<PgConnection | string>;
  /** Where the embedded server keeps its files; null before it runs, and where DATABASE_URL names another. */
  embeddedFolder(): string | null;
  /** How usage was proved last; null before the first time. */
  lastUsageProof(): UsageProof | null;
  /** How the first try went: null where it is ready, else why not. It is tried again all the same. */
  readonly firstTry: Promise<string | null>;
  /** True when it is ready; false where it never will be, or `close` came first. */
  readonly ready: Promise<boolean>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly config: Config['storage'] & { readonly debugSql: boolean };
  readonly retention: Config['retention'];
  readonly log: Logger;
  /** Told at once of what anybody changed on this database, by the noun; a null where changes may have passed unheard. */
  readonly onChange: (noun: string | null) => void;
  readonly clock: () => number;
  readonly newId: () => string;
}

const RETRY_MS_MIN = 250;
const RETRY_MS_MAX = 5_000;
/** Partitions are made two months ahead and dropped by the month; looking twice a day leaves a wide margin. */
const HOUSEKEEPING_EVERY_MS = 43_200_000;
/** Reads of the API and the key refresh; the recorder has a connection of its own. */
const POOL_MAX = 8;

/** Begins at once and returns at once; failures are logged and tried again, with a growing pause. */
export function startDatabase(options: DatabaseOptions): Database {
  const { log, clock } = options;
  const closing = new AbortController();
  const house = { ...options, closing: closing.signal };
  const ready = Promise.withResolvers<boolean>();
  const connected = Promise.withResolvers<PgConnection | string>();
  const firstTry = Promise.withResolvers<string | null>();
  let embedded: EmbeddedPostgres | null = null;
  let storage: Storage | null = null;
  let connection: PgConnection | string | null = null;
  let upkeep: Upkeep | null = null;

  async function open(): Promise<void> {
    connection ??= await findConnection();
    const opened = openStorage(toStorageOptions(options, connection));
    try {
      const { applied } = await migrate(opened);
      await ensurePartitions(opened, clock());
      if (applied.length > 0) log.info({ applied }, 'database migrated');
    } catch (error) {
      await opened.close();
      throw error;
    }
    storage = opened;
    upkeep = startUpkeep(opened, connection, house);
    connected.resolve(connection);
    ready.resolve(true);
  }

  async function findConnection(): Promise<PgConnection | string> {
    const { databaseUrl, dataDir } = options.config;
    if (databaseUrl !== null) return databaseUrl.reveal();
    embedded = await startEmbeddedPostgres({ dataDir, log });
    return embedded.connection;
  }

  // Where trying ends without success, nobody must wait for it: resolving a second time changes nothing.
  const trying = { closing: closing.signal, log, onTried: firstTry.resolve };
  const opening = keepTrying(open, trying).then(() => ready.resolve(false));

  return {
    storage: () => storage,
    connected: connected.promise,
    firstTry: firstTry.promise,
    ready: ready.promise,
    embeddedFolder: () => embedded?.folder ?? null,
    lastUsageProof: () => upkeep?.lastUsageProof() ?? null,
    close: async () => {
      closing.abort();
      ready.resolve(false);
      await opening;
      await upkeep?.close();
      await storage?.close();
      await embedded?.stop();
    },
  };
}

/** What goes on beside the queries of others, as long as the database is in use. */
interface Upkeep {
  lastUsageProof(): UsageProof | null;
  close(): Promise<void>;
}

interface House extends DatabaseOptions {
  readonly closing: AbortSignal;
}

function startUpkeep(storage: Storage, connection: PgConnection | string, house: House): Upkeep {
  const { config, log, clock, onChange } = house;
  const timer = setInterval(() => void keepHouse(storage, house), HOUSEKEEPING_EVERY_MS);
  timer.unref();
  void keepHouse(storage, house);
  const dayCloser = createDayCloser({ storage, log, clock });
  const prover = createUsageProver({ ...toStorageOptions(house, connection), clock });
  // A pooler that shares sessions lets nobody listen.
  const watch = config.prepared ? watchChanges({ connection, onChange, onGap: () => onChange(null) }) : null;
  return {
    lastUsageProof: () => prover.last(),
    close: async () => {
      clearInterval(timer);
      dayCloser.close();
      await watch?.close();
      await prover.close();
    },
  };
}

/** One line of it: libraries put hints and lists below. */
function toProblem(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line;
}

interface Trying {
  readonly closing: AbortSignal;
  readonly log: Logger;
  /** Told after each try: null where it went well, else why not. */
  readonly onTried: (problem: string | null) => void;
}

async function keepTrying(attempt: () => Promise<void>, { closing, log, onTried }: Trying): Promise<void> {
  for (let pauseMs = RETRY_MS_MIN; !closing.aborted; pauseMs = Math.min(pauseMs * 2, RETRY_MS_MAX)) {
    try {
      await attempt();
      if (pauseMs > RETRY_MS_MIN) log.info({}, 'the database is ready');
      onTried(null);
      return;
    } catch (error) {
      const final = error instanceof StorageError && FINAL_CODES.has(error.code);
      onTried(toProblem(error));
      log.error({ error }, final ? 'the database cannot be used' : 'the database is not ready; trying again');
      if (final) return;
    }
    // A close ends the pause, and the loop with it.
    await pause(pauseMs, undefined, { signal: closing }).catch(() => {});
  }
}

/** Trying again changes nothing about these. */
const FINAL_CODES: ReadonlySet<string> = new Set(['server-too-old', 'schema-newer', 'embedded-unsupported']);

function toStorageOptions({ config, log }: DatabaseOptions, connection: PgConnection | string) {
  const { prepared, slowQueryMs, debugSql } = config;
  return { connection, poolMax: POOL_MAX, prepared, slowQueryMs, debugSql, log };
}
