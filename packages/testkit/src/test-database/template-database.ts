import { migrate, MIGRATIONS, openStorage, type PgConnection, type Storage } from '@nexus/storage';
import { isAlive } from './is-alive.ts';
import { quietLog } from './quiet-log.ts';

/** One session of the server, on which a lock is held. */
export interface Session {
  query(
    sql: string,
    values?: unknown[],
  ): Promise<{ readonly rows: readonly { readonly datname: string }[]; readonly rowCount: number | null }>;
}

/** Held exclusively while the template is built or stale databases are dropped, shared while copies are made. */
export const templateLock = 7_882_826_979_900_293_377n;

/** The template's name; it changes with the migrations, so a changed schema is never copied from an old template. */
export function toTemplateName(): string {
  const hash = new Bun.CryptoHasher('sha256');
  for (const step of MIGRATIONS) hash.update(`${step.name}\n${step.sql}\n`);
  return `nexus_template_${hash.digest('hex').slice(0, 12)}`;
}

/** Makes the migrated template where it is missing. The caller holds `templateLock`. */
export async function ensureTemplate(admin: Session, connection: PgConnection): Promise<void> {
  const name = toTemplateName();
  if (await hasDatabase(admin, name)) return;
  // Built under another name and renamed when it is whole: a killed build must not be taken for a template.
  const building = `${name}_building`;
  await admin.query(`drop database if exists ${building} with (force)`);
  await admin.query(`create database ${building}`);
  const storage = openTestStorage({ ...connection, database: building });
  try {
    await migrate(storage);
  } finally {
    // Not `close`: it ends the pool only where a typed query ran, and the rename needs the last session gone.
    await storage.pool.end();
  }
  await admin.query(`alter database ${building} rename to ${name}`);
}

/** Drops templates of other schemas, and databases whose test process is gone. The caller holds `templateLock`. */
export async function dropStale(admin: Session): Promise<void> {
  const found = await admin.query(`select datname from pg_database where datname like 'nexus\\_t%'`);
  const current = toTemplateName();
  for (const { datname } of found.rows) {
    const owner = /^nexus_test_(\d+)_/.exec(datname)?.[1];
    const isStale = owner === undefined ? datname !== current : !isAlive(Number(owner));
    // Somebody may still be copying from it or have dropped it already: then it is not ours to drop.
    if (isStale) await admin.query(`drop database if exists ${datname}`).catch(() => {});
  }
}

export function openTestStorage(connection: PgConnection): Storage {
  return openStorage({ connection, poolMax: 4, prepared: true, slowQueryMs: 60_000, log: quietLog });
}

async function hasDatabase(admin: Session, name: string): Promise<boolean> {
  const found = await admin.query('select 1 from pg_database where datname = $1', [name]);
  return found.rowCount === 1;
}
