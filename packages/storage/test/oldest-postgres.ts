import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@nexus/testkit';
import { createSilentLogger } from '@nexus/telemetry';
import { findServerAccount } from '../src/embedded/server-account.ts';
import { readServerStatus } from '../src/embedded/server-status.ts';
import { ensurePartitions, migrate, openStorage, type PgConnection } from '../src/index.ts';
import { NOON_MS } from './record.ts';

/** Where Debian puts the oldest PostgreSQL that we work with. */
const PROGRAMS = '/usr/lib/postgresql/15/bin';

export const hasOldestPostgres = existsSync(join(PROGRAMS, 'postgres'));

/** A server of the oldest PostgreSQL with one database, migrated; `drop` ends and removes it. */
export async function startOldestPostgres(): Promise<{ connection: PgConnection; drop(): Promise<void> }> {
  const account = process.getuid?.() === 0 ? findServerAccount(readFileSync('/etc/passwd', 'utf8')) : null;
  const identity = account === null ? {} : { uid: account.uid, gid: account.gid };
  // Directly below /tmp, since the path of a socket is short and the server's account must reach it.
  const folder = mkdtempSync(join(tmpdir(), 'nexus-pg15-'));
  if (account !== null) chownSync(folder, account.uid, account.gid);
  const data = join(folder, 'data');
  const run = (program: string, words: readonly string[]): ChildProcess =>
    spawn(join(PROGRAMS, program), words, { ...identity, cwd: '/', stdio: 'ignore', env: {} });

  const [code] = await once(run('initdb', [...INIT, `--pgdata=${data}`]), 'exit');
  if (code !== 0) throw new Error(`initdb of PostgreSQL 15 ended with ${String(code)}`);
  const server = run('postgres', ['-D', data, ...toArguments({ unix_socket_directories: folder, ...SETTINGS })]);
  const ended = once(server, 'exit');
  await until('PostgreSQL 15 is ready', () => (readServerStatus(data)?.state === 'ready' ? true : null), 60_000);
  const connection = { host: folder, port: 5432, user: 'nexus', database: 'postgres' };
  const storage = openStorage({
    connection,
    poolMax: 1,
    prepared: true,
    slowQueryMs: 5_000,
    log: createSilentLogger(),
  });
  await migrate(storage);
  await ensurePartitions(storage, NOON_MS);
  await storage.close();
  return {
    connection,
    async drop() {
      server.kill('SIGQUIT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const INIT = ['--username=nexus', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'];

/** Without a port; what is written is thrown away, so nothing waits for the disk. */
const SETTINGS = { listen_addresses: '', fsync: 'off', shared_buffers: '16MB', max_connections: '20' };

function toArguments(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
