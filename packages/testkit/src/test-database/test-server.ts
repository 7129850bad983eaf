import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { type EmbeddedPostgres, type PgConnection, startEmbeddedPostgres, type StorageLog } from '@nexus/storage';

/** Storage's own notes are noise in a test; what it calls an error is not. */
export const quietLog: StorageLog = {
  info: () => {},
  warn: () => {},
  error: (...parts: readonly unknown[]) => console.error('test database:', ...parts),
};

const repositoryRoot = path.resolve(import.meta.dir, '../../../..');

/** The major version of the embedded binaries: a data folder of another one cannot be opened. */
const postgresMajor = 18;

/**
 * Uses the one PostgreSQL that all test processes of this checkout share, starting it where nobody else has. `stop`
 * ends this use; the last user's stop ends the server.
 */
export function useTestServer(): Promise<EmbeddedPostgres> {
  const owner = `${repositoryRoot} ${userInfo().uid} ${postgresMajor}`;
  const key = new Bun.CryptoHasher('sha256').update(owner).digest('hex').slice(0, 12);
  return startEmbeddedPostgres({ dataDir: path.join(tmpdir(), `nexus-test-pg-${key}`), log: quietLog });
}

/** The database from which others are made and dropped. */
export function toAdminConnection(connection: PgConnection): PgConnection {
  return { ...connection, database: 'postgres' };
}
