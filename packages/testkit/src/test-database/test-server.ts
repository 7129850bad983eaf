import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { type EmbeddedPostgres, type PgConnection, startEmbeddedPostgres } from '@nexus/storage';
import { isAlive } from './is-alive.ts';
import { quietLog } from './quiet-log.ts';

const repositoryRoot = path.resolve(import.meta.dir, '../../../..');

/** The major version of the embedded binaries: a data folder of another one cannot be opened. */
const postgresMajor = 18;

/**
 * Uses the one PostgreSQL that all test processes of this checkout share, starting it where nobody else has. `stop`
 * ends this use; the last user's stop ends the server.
 */
export async function useTestServer(): Promise<EmbeddedPostgres> {
  const dataDir = toDataDir();
  if (isHeld(dataDir)) return startEmbeddedPostgres({ dataDir, log: quietLog });
  const starter = await startApart(dataDir);
  try {
    return await startEmbeddedPostgres({ dataDir, log: quietLog });
  } finally {
    starter.leave();
  }
}

/** The same for a runner: while it lives, nobody else needs to start the server. Not for use inside `bun test`. */
export async function holdTestServer(): Promise<EmbeddedPostgres> {
  const dataDir = toDataDir();
  const server = await startEmbeddedPostgres({ dataDir, log: quietLog });
  const marker = toMarker(dataDir);
  writeFileSync(marker, String(process.pid));
  return {
    ...server,
    async stop() {
      if (readHolder(marker) === process.pid) rmSync(marker, { force: true });
      await server.stop();
    },
  };
}

/** The database from which others are made and dropped. */
export function toAdminConnection(connection: PgConnection): PgConnection {
  return { ...connection, database: 'postgres' };
}

function toDataDir(): string {
  const owner = `${repositoryRoot} ${userInfo().uid} ${postgresMajor}`;
  const key = new Bun.CryptoHasher('sha256').update(owner).digest('hex').slice(0, 12);
  const dataDir = path.join(tmpdir(), `nexus-test-pg-${key}`);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return dataDir;
}

/**
 * Starts the server in a process of its own, which stays until `leave`. `bun test` ends the children of a test that
 * timed out; were the server such a child, one slow test would take the database away from all others.
 */
async function startApart(dataDir: string): Promise<{ leave(): void }> {
  const child = Bun.spawn([process.execPath, path.join(import.meta.dir, 'start-server-apart.ts'), dataDir], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
  });
  // Its first word says that the server runs; its end without a word, that it could not.
  const { done } = await child.stdout.getReader().read();
  if (done) throw new Error('the test database did not start; what it said is above');
  return {
    leave: () => {
      void child.stdin.end();
    },
  };
}

function isHeld(dataDir: string): boolean {
  const holder = readHolder(toMarker(dataDir));
  return holder !== null && isAlive(holder);
}

function toMarker(dataDir: string): string {
  return path.join(dataDir, 'held-by');
}

function readHolder(marker: string): number | null {
  return existsSync(marker) ? Number(readFileSync(marker, 'utf8')) : null;
}
