import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PgConnection, type Storage, openStorage } from '@nexus/storage';
import { createSilentLogger } from '@nexus/telemetry';
import { type TestDatabase, createTestDatabase, until } from '@nexus/testkit';
import { type RecorderOptions, createRecorder } from '../../src/recorder/create-recorder.ts';
import type { Recorder } from '../../src/recorder/recorder.ts';

export const LIMITS = {
  spoolBytesMax: 512 * 1024 * 1024,
  recorderBytesMax: 64 * 1024 * 1024,
  responseBytesMax: 64 * 1024 * 1024,
};

/** The first test process of a machine prepares the database that all share. */
export const HOOK_MS = 60_000;

/** A database, a spool folder, and as many recorders on them as a test starts. */
export interface RecorderDesk {
  readonly database: TestDatabase;
  readonly storage: Storage;
  readonly spoolDir: string;
  readonly start: (changes?: Partial<RecorderOptions>) => Recorder;
  remove(): Promise<void>;
}

/** What a recorder is started with to spool and never write: nobody listens there. */
export const NOWHERE: PgConnection = { host: '127.0.0.1', port: 1, user: 'nobody', database: 'nothing' };

export async function createRecorderDesk(): Promise<RecorderDesk> {
  const database = await createTestDatabase();
  const log = createSilentLogger();
  const storage = openStorage({
    connection: database.connection,
    poolMax: 2,
    prepared: true,
    slowQueryMs: 30_000,
    log,
  });
  const spoolDir = mkdtempSync(join(tmpdir(), 'nexus-recorder-'));
  return {
    database,
    storage,
    spoolDir,
    start: (changes = {}) =>
      createRecorder({ spoolDir, connection: database.connection, prepared: true, limits: LIMITS, log, ...changes }),
    async remove() {
      await storage.close();
      await database.drop();
      rmSync(spoolDir, { recursive: true, force: true });
    },
  };
}

/** Waits until `count` records are in the database, and gives their facts by request id. */
export async function awaitRows(storage: Storage, count: number): Promise<Map<string, { outcome: string }>> {
  const rows = await until(
    `${count} records in the database`,
    async () => {
      const found = await storage.db.selectFrom('request').select(['request_id', 'outcome']).execute();
      return found.length >= count ? found : null;
    },
    30_000,
  );
  return new Map(rows.map(({ request_id, outcome }) => [request_id, { outcome }]));
}

/** Hands over one whole exchange. The bytes are copied, since the recorder takes them away. */
export function recordWhole(
  recorder: Recorder,
  record: Parameters<Recorder['end']>[0],
  bodies: { readonly request: Uint8Array | null; readonly response: Uint8Array | null },
): void {
  const { request, response } = bodies;
  recorder.end(
    { ...record, requestBytes: request?.byteLength ?? 0, responseBytes: response?.byteLength ?? 0 },
    request?.slice() ?? null,
    response === null ? [] : [{ bytes: response.slice(), atMs: 0 }],
  );
}
