import { Kysely, PostgresDialect } from 'kysely';
import { Pool, type PoolConfig, TypeOverrides, types } from 'pg';
import type { PgConnection } from './connection.ts';
import type { Database } from './schema.ts';
import type { StorageLog } from './storage-log.ts';

/** An open database: what every query takes first. */
export interface Storage {
  readonly db: Kysely<Database>;
  readonly pool: Pool;
  close(): Promise<void>;
}

export interface StorageOptions {
  /** Parts, or a `postgres://` URL. */
  readonly connection: PgConnection | string;
  readonly poolMax: number;
  /** False behind a pooler that shares sessions between clients (pgbouncer in transaction mode). */
  readonly prepared: boolean;
  /** A query that took longer is logged with its text, never with its values. */
  readonly slowQueryMs: number;
  /** Logs every query. */
  readonly debugSql?: boolean;
  readonly log: StorageLog;
}

/** A read that takes longer would hold a connection that others wait for. */
const READ_MS_MAX = 30_000;
const CONNECT_MS_MAX = 5_000;
const IDLE_MS_MAX = 30_000;

/** Opens a pool. Connects on the first query, so it never fails by itself and works with the database away. */
export function openStorage(options: StorageOptions): Storage {
  const pool = new Pool({
    ...toPoolConfig(options.connection),
    max: options.poolMax,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    idleTimeoutMillis: IDLE_MS_MAX,
    // A pooler refuses start-up parameters that it does not know; there the bound is held on our side.
    ...(options.prepared ? { statement_timeout: READ_MS_MAX } : { query_timeout: READ_MS_MAX }),
    application_name: 'claude-nexus',
  });
  // An idle connection that the server closed raises this; the pool replaces it, and the next query tells of a real outage.
  // Its words alone: the error carries the whole client, with the settings it connected by.
  pool.on('error', (error) => options.log.warn({ problem: error.message }, 'a database connection was lost'));
  // One that is in use says it by itself, where its query fails too; an event that nobody hears would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool }),
    log: ({ level, query, queryDurationMillis }) => {
      const isSlow = queryDurationMillis >= options.slowQueryMs;
      if (!isSlow && !options.debugSql) return;
      const fields = { sql: query.sql, durationMs: Math.round(queryDurationMillis), failed: level === 'error' };
      if (isSlow) options.log.warn(fields, 'slow query');
      else options.log.info(fields, 'query');
    },
  });
  return { db, pool, close: () => closeAll(db, pool) };
}

/** Kysely ends the pool only where a query went through it; who used the pool alone would keep the process alive. */
async function closeAll(db: Kysely<Database>, pool: Pool): Promise<void> {
  await db.destroy();
  if (!pool.ended && !pool.ending) await pool.end();
}

/** Settings that the reading pool and the writer's own connection share. */
export function toPoolConfig(connection: PgConnection | string): PoolConfig {
  const where = typeof connection === 'string' ? { connectionString: connection } : { ...connection };
  return { ...where, types: createTypes() };
}

/** Counts and byte sums stay far below 2^53, and a date without a time must not be moved by a time zone. */
function createTypes(): TypeOverrides {
  const overrides = new TypeOverrides();
  overrides.setTypeParser(types.builtins.INT8, Number);
  overrides.setTypeParser(types.builtins.DATE, String);
  return overrides;
}
