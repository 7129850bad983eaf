import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase, until } from '@nexus/testkit';
import { createSilentLogger } from '@nexus/telemetry';
import { Client } from 'pg';
import {
  createRecordWriter,
  type PgConnection,
  openStorage,
  type RecordWriter,
  type RecordWriterOptions,
  type Storage,
} from '../src/index.ts';
import { NOON_MS } from './record.ts';

/** A database, a spool folder, and writers on both. */
export interface WriterWorld {
  readonly storage: Storage;
  readonly connection: PgConnection;
  readonly spoolDir: string;
  createWriter(changes?: Partial<RecordWriterOptions>): RecordWriter;
  /** Resolves when the writer has nothing left to write. */
  settled(writer: RecordWriter): Promise<void>;
  /** Makes the database refuse everybody, and ends who is connected, as a stopped server would; or lets them in again. */
  setReachable(name: string, reachable: boolean): Promise<void>;
  drop(): Promise<void>;
}

/** On a database of the tests' server, unless another one is given. */
export async function createWriterWorld(
  open: () => Promise<Pick<TestDatabase, 'connection' | 'drop'>> = createTestDatabase,
): Promise<WriterWorld> {
  const database = await open();
  const log = createSilentLogger();
  const spoolDir = mkdtempSync(join(tmpdir(), 'storage-spool-'));
  const storage = openStorage({
    connection: database.connection,
    poolMax: 3,
    prepared: true,
    slowQueryMs: 5_000,
    log,
  });
  const writers: RecordWriter[] = [];
  return {
    storage,
    connection: database.connection,
    spoolDir,
    createWriter(changes = {}) {
      const writer = createRecordWriter({
        spoolDir,
        connection: database.connection,
        prepared: true,
        limits: { memoryBytesMax: 32 * 1024 * 1024, spoolBytesMax: 256 * 1024 * 1024, batchMs: 20 },
        clock: () => NOON_MS,
        newId: () => crypto.randomUUID(),
        log,
        ...changes,
      });
      writers.push(writer);
      return writer;
    },
    async settled(writer) {
      await until('the writer has nothing left', () => (writer.stats().queuedRecords === 0 ? true : null));
    },
    async setReachable(name, reachable) {
      const admin = new Client({ ...database.connection, database: 'postgres' });
      await admin.connect();
      await admin.query(`alter database ${name} with allow_connections ${reachable}`);
      if (!reachable)
        await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
      await admin.end();
    },
    async drop() {
      await Promise.all(writers.map((writer) => writer.close(0)));
      await storage.close();
      await database.drop();
      rmSync(spoolDir, { recursive: true, force: true });
    },
  };
}
