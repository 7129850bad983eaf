import { afterAll, afterEach, expect, test } from 'bun:test';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { createSilentLogger } from '@nexus/telemetry';
import { until } from '@nexus/testkit';
import { Client } from 'pg';
import { type EmbeddedPostgres, type PgConnection, startEmbeddedPostgres } from '../src/index.ts';

const BOUND_MS = 60_000;
const isRoot = process.getuid?.() === 0;
const log = createSilentLogger();
const folders: string[] = [];
const bunFolders: string[] = [];
const servers: EmbeddedPostgres[] = [];
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const server of servers.splice(0)) await server.stop();
});

afterAll(async () => {
  for (const folder of folders) {
    // A test that killed its users leaves the server running: the next user is the last one.
    const server = await startEmbeddedPostgres({ dataDir: folder, log }).catch(() => null);
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  for (const folder of bunFolders) rmSync(folder, { recursive: true, force: true });
}, BOUND_MS);

function createFolder(base = '/tmp'): string {
  const folder = mkdtempSync(join(base, 'storage-pg-'));
  folders.push(folder);
  return folder;
}

async function start(dataDir: string): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, log });
  servers.push(server);
  return server;
}

interface Started {
  readonly child: ChildProcess;
  readonly attached: boolean;
  readonly connection: PgConnection;
}

async function startProcess(
  dataDir: string,
  options: { uid?: number; gid?: number; detached?: boolean } = {},
): Promise<Started> {
  const script = join(import.meta.dir, 'launcher-process.ts');
  const bun = options.uid === undefined ? process.execPath : toReachableBun();
  const child = spawn(bun, [script, dataDir], { ...options, stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const line: unknown = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([text]) => JSON.parse(String(text))),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`ended with ${String(code)}`))),
  ]);
  return { child, ...asStarted(line) };
}

/** A Bun that every user may run: one that npx fetched for root lies in root's own home. */
function toReachableBun(): string {
  const folder = mkdtempSync('/tmp/storage-bun-');
  bunFolders.push(folder);
  const bun = join(folder, 'bun');
  copyFileSync(process.execPath, bun);
  chmodSync(bun, 0o755);
  chmodSync(folder, 0o755);
  return bun;
}

/** Only launcher-process.ts prints this line. */
function asStarted(line: unknown): Omit<Started, 'child'> {
  const parsed: Omit<Started, 'child'> = JSON.parse(JSON.stringify(line));
  return parsed;
}

async function query(connection: PgConnection, text: string): Promise<unknown[]> {
  const client = new Client(connection);
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Holds a session open meanwhile, idle as the one of a pool is. */
async function withOpenSession(connection: PgConnection, act: () => Promise<void>): Promise<void> {
  const client = new Client(connection);
  client.on('error', () => {});
  await client.connect();
  try {
    await act();
  } finally {
    await client.end();
  }
}

function toData(dataDir: string): string {
  return [join(dataDir, 'postgres', 'server', 'data'), join(dataDir, 'postgres', 'data')].find(existsSync) ?? '';
}

function hasDraft(server: string): boolean {
  return existsSync(server) && readdirSync(server).some((name) => name.startsWith('data.draft-'));
}

function readPid(dataDir: string): number {
  return Number(readFileSync(join(toData(dataDir), 'postmaster.pid'), 'utf8').split('\n')[0]);
}

test(
  'a first start gives a database that is durable, private and not root',
  async () => {
    const dataDir = createFolder();
    const server = await start(dataDir);
    expect(server.attached).toBe(false);
    expect(server.folder).toBe(dataDir);
    expect(await query(server.connection, 'select current_database() as name, current_user as who')).toEqual([
      { name: 'nexus', who: 'nexus' },
    ]);
    const settings = await query(
      server.connection,
      `select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'listen_addresses', 'synchronous_commit') order by name`,
    );
    expect(settings).toEqual([
      { name: 'fsync', setting: 'on' },
      { name: 'full_page_writes', setting: 'on' },
      { name: 'listen_addresses', setting: '' },
      { name: 'synchronous_commit', setting: 'on' },
    ]);
    expect(statSync(server.connection.host).mode & 0o777).toBe(0o700);
    expect(statSync(toData(dataDir)).mode & 0o777).toBe(0o700);
    if (process.platform === 'linux') expect(statSync(`/proc/${readPid(dataDir)}`).uid).not.toBe(0);
  },
  BOUND_MS,
);

test(
  'the last user stops the server, the others leave it running, and what was written is there at the next start',
  async () => {
    const dataDir = createFolder();
    const first = await start(dataDir);
    const second = await start(dataDir);
    expect(second.attached).toBe(true);
    await query(first.connection, 'create table kept as select 42 as answer');
    await first.stop();
    expect(await query(second.connection, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await second.stop();
    expect(existsSync(join(toData(dataDir), 'postmaster.pid'))).toBe(false);
    const again = await start(dataDir);
    expect(again.attached).toBe(false);
    expect(await query(again.connection, 'select answer from kept')).toEqual([{ answer: 42 }]);
  },
  BOUND_MS,
);

test(
  'two processes that start at once share one server: one starts it, the other attaches',
  async () => {
    const dataDir = createFolder();
    const both = await Promise.all([startProcess(dataDir), startProcess(dataDir)]);
    expect(both.filter((it) => it.attached)).toHaveLength(1);
    expect(both[0].connection).toEqual(both[1].connection);
  },
  BOUND_MS,
);

test(
  'the server outlives kill -9 of its starter; the next process attaches and stops it as the last user',
  async () => {
    const dataDir = createFolder();
    const { child } = await startProcess(dataDir);
    const pid = readPid(dataDir);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const next = await start(dataDir);
    expect(next.attached).toBe(true);
    expect(readPid(dataDir)).toBe(pid);
    await next.stop();
    expect(existsSync(join(toData(dataDir), 'postmaster.pid'))).toBe(false);
  },
  BOUND_MS,
);

test(
  'a server that is killed with -9 is started again by a user, without losing what was committed',
  async () => {
    const dataDir = createFolder();
    const server = await start(dataDir);
    await query(server.connection, 'create table kept as select 42 as answer');
    process.kill(readPid(dataDir), 'SIGKILL');
    const rows = await until(
      'the server is back',
      () => query(server.connection, 'select answer from kept').catch(() => null),
      30_000,
    );
    expect(rows).toEqual([{ answer: 42 }]);
  },
  BOUND_MS,
);

test(
  'a server that was told to wait for its sessions and go is ended and started again by a user',
  async () => {
    const dataDir = createFolder();
    const server = await start(dataDir);
    await query(server.connection, 'create table kept as select 42 as answer');
    await withOpenSession(server.connection, async () => {
      const pid = readPid(dataDir);
      process.kill(pid, 'SIGTERM');
      const rows = await until(
        'the server takes sessions again',
        () => query(server.connection, 'select answer from kept').catch(() => null),
        20_000,
      );
      expect(rows).toEqual([{ answer: 42 }]);
      expect(readPid(dataDir)).not.toBe(pid);
    });
  },
  BOUND_MS,
);

test(
  'a start that finds a server waiting for its sessions to go does not wait with it',
  async () => {
    const dataDir = createFolder();
    const { child, connection } = await startProcess(dataDir);
    await withOpenSession(connection, async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
      process.kill(readPid(dataDir), 'SIGTERM');
      await until('the server refuses sessions', () =>
        query(connection, 'select 1').then(
          () => null,
          () => true,
        ),
      );
      const next = await start(dataDir);
      expect(next.attached).toBe(false);
      expect(await query(next.connection, 'select 1 as one')).toEqual([{ one: 1 }]);
    });
  },
  BOUND_MS,
);

test(
  'Ctrl-C, which a terminal sends to the whole group of its process, does not reach the server',
  async () => {
    const dataDir = createFolder();
    const { child } = await startProcess(dataDir, { detached: true });
    const pid = readPid(dataDir);
    process.kill(-(child.pid ?? Number.NaN), 'SIGINT');
    await once(child, 'exit');
    const next = await start(dataDir);
    expect(next.attached).toBe(true);
    expect(readPid(dataDir)).toBe(pid);
  },
  BOUND_MS,
);

test(
  'both the process and its server killed with -9: the next start recovers',
  async () => {
    const dataDir = createFolder();
    const { child, connection } = await startProcess(dataDir);
    await query(connection, 'create table kept as select 42 as answer');
    const pid = readPid(dataDir);
    child.kill('SIGKILL');
    process.kill(pid, 'SIGKILL');
    const next = await start(dataDir);
    expect(next.attached).toBe(false);
    expect(await query(next.connection, 'select answer from kept')).toEqual([{ answer: 42 }]);
  },
  BOUND_MS,
);

test(
  'a first start that was killed half-way does not spoil the next one',
  async () => {
    const dataDir = createFolder();
    const script = join(import.meta.dir, 'launcher-process.ts');
    const child = spawn(process.execPath, [script, dataDir], { stdio: ['pipe', 'ignore', 'ignore'] });
    const server = join(dataDir, 'postgres', isRoot ? 'server' : '');
    await until('initdb began', () => (hasDraft(server) ? true : null));
    child.kill('SIGKILL');
    await once(child, 'exit');
    const { connection } = await start(dataDir);
    expect(await query(connection, 'select 1 as one')).toEqual([{ one: 1 }]);
  },
  BOUND_MS,
);

test(
  'a long data folder gets its socket in a short private one',
  async () => {
    const dataDir = join(createFolder(), 'a'.repeat(60), 'b'.repeat(60));
    // Where we are root, the server's account must be able to reach it, or the server would live elsewhere.
    mkdirSync(dirname(dataDir));
    for (const folder of [dirname(dirname(dataDir)), dirname(dataDir)]) chmodSync(folder, 0o711);
    const server = await start(dataDir);
    expect(server.folder).toBe(dataDir);
    expect(server.connection.host.length).toBeLessThan(90);
    expect(statSync(server.connection.host).mode & 0o777).toBe(0o700);
    expect(await query(server.connection, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
    rmSync(server.connection.host, { recursive: true });
  },
  BOUND_MS,
);

test.skipIf(!isRoot)(
  'an ordinary user starts its own server',
  async () => {
    const dataDir = createFolder();
    chownSync(dataDir, 65534, 65534);
    const { child, connection } = await startProcess(dataDir, { uid: 65534, gid: 65534 });
    expect(connection.host.startsWith(dataDir)).toBe(true);
    if (process.platform === 'linux') expect(statSync(`/proc/${readPid(dataDir)}`).uid).toBe(65534);
    child.stdin?.end('stop\n');
    expect(await once(child, 'exit')).toEqual([0, null]);
  },
  BOUND_MS,
);

test.skipIf(!isRoot)(
  'root keeps a data folder that its server account cannot reach, and the server lives where it can',
  async () => {
    const locked = createFolder();
    chmodSync(locked, 0o700);
    const dataDir = join(locked, 'home', '.claude-nexus');
    const server = await start(dataDir);
    expect(server.connection.host.startsWith('/var/lib/claude-nexus/')).toBe(true);
    expect(server.folder).toBe(join(server.connection.host, '..'));
    // Its name is a hash, so it says itself whose it is.
    expect(readFileSync(join(server.connection.host, '../home'), 'utf8')).toBe(realpathSync(dataDir));
    expect(statSync(locked).mode & 0o777).toBe(0o700);
    await server.stop();
    rmSync(join(server.connection.host, '..'), { recursive: true, force: true });
  },
  BOUND_MS,
);
