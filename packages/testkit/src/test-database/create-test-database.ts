import type { EmbeddedPostgres, PgConnection, Storage } from '@nexus/storage';
import {
  dropStale,
  ensureTemplate,
  openTestStorage,
  type Session,
  templateLock,
  toTemplateName,
} from './template-database.ts';
import { toAdminConnection, useTestServer } from './test-server.ts';

/** A fresh, migrated database of its own. */
export interface TestDatabase {
  readonly connection: PgConnection;
  /** The same as a `postgres://` URL, for processes that are configured by environment. */
  readonly url: string;
  /** Drops it, whoever is still connected. Safe to call twice. */
  drop(): Promise<void>;
}

/** This process's use of the shared server; kept while any of its databases lives. */
interface ServerUse {
  readonly server: EmbeddedPostgres;
  readonly admin: Storage;
}

let use: Promise<ServerUse> | null = null;
let databases = 0;

/**
 * Makes a database from the migrated template, on a PostgreSQL that all parallel test processes share. Takes about
 * 50 ms once the server runs. Call `drop` in `afterAll` or `afterEach`.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  databases += 1;
  use ??= openServer();
  const { server, admin } = await use;
  const name = `nexus_test_${process.pid}_${crypto.randomUUID().slice(0, 8)}`;
  await copyTemplate({ server, admin }, name);
  const connection = { ...server.connection, database: name };
  let dropped: Promise<void> | null = null;
  return {
    connection,
    url: toUrl(connection),
    drop() {
      dropped ??= dropDatabase(admin, name);
      return dropped;
    },
  };
}

async function openServer(): Promise<ServerUse> {
  const server = await useTestServer();
  const admin = openTestStorage(toAdminConnection(server.connection));
  await withLock(admin, 'exclusive', async (session) => {
    await ensureTemplate(session, server.connection);
    await dropStale(session);
  });
  return { server, admin };
}

/** Tests of another checkout may have dropped this one's template meanwhile: then it is made once more. */
async function copyTemplate({ server, admin }: ServerUse, name: string): Promise<void> {
  const copy = `create database ${name} template ${toTemplateName()}`;
  const copied = await withLock(admin, 'shared', (session) =>
    session.query(copy).then(
      () => true,
      (error: unknown) => {
        if (isMissing(error)) return false;
        throw error;
      },
    ),
  );
  if (copied) return;
  await withLock(admin, 'exclusive', async (session) => {
    await ensureTemplate(session, server.connection);
    await session.query(copy);
  });
}

/** PostgreSQL's `invalid_catalog_name`: the template is not there. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '3D000';
}

async function dropDatabase(admin: Storage, name: string): Promise<void> {
  await admin.pool.query(`drop database if exists ${name} with (force)`);
  databases -= 1;
  if (databases > 0) return;
  const last = await use;
  use = null;
  await last?.admin.pool.end();
  await last?.server.stop();
}

async function withLock<Result>(
  admin: Storage,
  mode: 'shared' | 'exclusive',
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const suffix = mode === 'shared' ? '_shared' : '';
  const session = await admin.pool.connect();
  try {
    await session.query(`select pg_advisory_lock${suffix}(${templateLock})`);
    return await work(session);
  } finally {
    await session.query(`select pg_advisory_unlock${suffix}(${templateLock})`);
    session.release();
  }
}

/** A socket folder cannot stand where the host does; it is given as a parameter, as libpq wants it. */
function toUrl(connection: PgConnection): string {
  const query = new URLSearchParams({ host: connection.host, port: String(connection.port) });
  return `postgres://${encodeURIComponent(connection.user)}@localhost/${connection.database}?${query.toString()}`;
}
