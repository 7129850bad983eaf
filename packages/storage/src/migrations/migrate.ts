import type { PoolClient } from 'pg';
import type { Storage } from '../storage.ts';
import { StorageError } from '../storage-error.ts';
import { ADVISORY_LOCKS } from './advisory-locks.ts';
import { type Migration, MIGRATIONS } from './migrations.ts';
import { refuseOldServer } from './server-version.ts';

/**
 * Brings the database to the newest schema and gives the names of the steps that were missing. Several processes may
 * start at once: one migrates, the others wait for it. Throws `server-too-old`, `schema-newer` where a newer version left a schema that
 * this one cannot work with, and `migration-failed`, with nothing of the failed step kept.
 */
export async function migrate(
  storage: Pick<Storage, 'pool'>,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<{ applied: string[] }> {
  const client = await storage.pool.connect();
  try {
    await refuseOldServer(client);
    await refuseNewer(client, migrations);
    const applied: string[] = [];
    for (const step of migrations) {
      if (await applyStep(client, step)) applied.push(step.name);
    }
    return { applied };
  } finally {
    client.release();
  }
}

/** The lock lives as long as the transaction, so that it also works through a pooler that shares sessions. */
async function applyStep(client: PoolClient, step: Migration): Promise<boolean> {
  await client.query('begin');
  try {
    // A step may build an index over years of rows, and who waits for another process waits as long.
    await client.query('set local statement_timeout = 0');
    await client.query(`select pg_advisory_xact_lock(${ADVISORY_LOCKS.migrate})`);
    await client.query(CREATE_TABLE);
    const taken = await client.query(TAKE_NUMBER, [step.number, step.name, step.breaking]);
    if (taken.rowCount === 1) await client.query(step.sql);
    await client.query('commit');
    return taken.rowCount === 1;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw new StorageError('migration-failed', `Migration ${step.name} failed: ${String(error)}`, { cause: error });
  }
}

async function refuseNewer(client: PoolClient, migrations: readonly Migration[]): Promise<void> {
  const exists = await client.query(`select to_regclass('schema_migration') is not null as yes`);
  if (!exists.rows.some((row: { yes: boolean }) => row.yes)) return;
  const known = migrations.at(-1)?.number ?? 0;
  const newer = await client.query<{ name: string }>(FIND_BREAKING, [known]);
  const [first] = newer.rows;
  if (!first) return;
  throw new StorageError(
    'schema-newer',
    `The database was migrated by a newer version of Claude Nexus (${first.name}), which this one cannot work with. ` +
      'Start that version, or point DATABASE_URL at another database.',
  );
}

const CREATE_TABLE = `
  create table if not exists schema_migration (
    number integer primary key,
    name text not null,
    breaking boolean not null,
    applied_at timestamptz not null default now()
  )`;

/** The first statement of a step takes its number, so a step can never run twice. */
const TAKE_NUMBER = `
  insert into schema_migration (number, name, breaking)
  values ($1, $2, $3)
  on conflict (number) do nothing`;

const FIND_BREAKING = `
  select name
  from schema_migration
  where number > $1 and breaking
  order by number
  limit 1`;
