import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, type PgConnection, startEmbeddedPostgres } from '@nexus/storage';
import { awaitOutput, startPinned } from './processes.ts';

/** Everything around the stacks: the fake Claude and a PostgreSQL, both on the load's core. */
export interface World extends AsyncDisposable {
  readonly folder: string;
  readonly upstreamUrl: string;
  readonly databaseUrl: string;
  readonly connection: PgConnection;
  readonly databaseLog: typeof SILENT;
  /** Stops PostgreSQL, as an outage would. */
  stopDatabase(): Promise<void>;
  startDatabase(): Promise<void>;
}

/** What is measured runs on one core, all that makes load on the other. */
export const MEASURED_CORE = 0;
export const LOAD_CORE = 1;

const FAKE = join(import.meta.dir, '../../../packages/testkit/src/fake-claude/main.ts');
const SILENT = { info: () => {}, warn: () => {}, error: () => {} };

/** Puts this process on the load's core, so that everything it starts runs there too. */
export async function startWorld(): Promise<World> {
  Bun.spawnSync(['taskset', '-a', '-c', '-p', String(LOAD_CORE), String(process.pid)]);
  const folder = mkdtempSync(join(tmpdir(), 'nexus-bench-'));
  // PostgreSQL runs as another user where we are root, and must reach its files.
  chmodSync(folder, 0o755);
  const start = (): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({ dataDir: join(folder, 'database'), log: SILENT });
  let database = await start();
  const fake = startPinned({
    name: 'fake-claude',
    core: LOAD_CORE,
    command: [process.execPath, FAKE, '--port', '0', '--keep', '0'],
    folder,
  });
  const upstreamUrl = await awaitOutput(fake, /listens on (http\S+)/);
  return {
    folder,
    upstreamUrl,
    databaseUrl: toUrl(database.connection),
    connection: database.connection,
    databaseLog: SILENT,
    stopDatabase: () => database.stop(),
    async startDatabase() {
      database = await start();
    },
    async [Symbol.asyncDispose]() {
      await fake.stop();
      await database.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A socket folder cannot stand where the host does; it is given as a parameter, as libpq wants it. */
function toUrl({ user, host, port, database }: PgConnection): string {
  const query = new URLSearchParams({ host, port: String(port) });
  return `postgres://${encodeURIComponent(user)}@localhost/${database}?${query.toString()}`;
}
