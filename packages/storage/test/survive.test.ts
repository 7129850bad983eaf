import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createSilentLogger } from '@nexus/telemetry';
import { createTestDatabase, type TestDatabase, until } from '@nexus/testkit';
import { listRequests, migrate, openStorage, rebuildRequestBody, startEmbeddedPostgres } from '../src/index.ts';
import { listSegments } from '../src/spool/spool-folder.ts';
import { buildBody, buildRecord } from './record.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

// A database of its own for each test, on a server that stays up between them.
let kept: TestDatabase;
beforeAll(async () => {
  kept = await createTestDatabase();
});
afterAll(() => kept.drop());

let world: WriterWorld;
beforeEach(async () => {
  world = await createWriterWorld();
});
afterEach(() => world.drop());

async function countRows(domain: string): Promise<{ requests: number; counted: number }> {
  const requests = await world.storage.db
    .selectFrom('request')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('domain', '=', domain)
    .executeTakeFirstOrThrow();
  const counted = await world.storage.db
    .selectFrom('usage_hour')
    .select((eb) => eb.fn.sum<string>('request_count').as('count'))
    .where('domain', '=', domain)
    .executeTakeFirstOrThrow();
  return { requests: requests.count, counted: Number(counted.count ?? 0) };
}

test('records of a process killed with -9 are adopted, none lost and none twice', async () => {
  const count = 250;
  const script = join(import.meta.dir, 'recording-process.ts');
  const child = Bun.spawn([process.execPath, script, world.spoolDir, 'null', String(count)], { stdout: 'pipe' });
  await child.stdout.getReader().read();
  child.kill('SIGKILL');
  await child.exited;
  const [left = ''] = readdirSync(world.spoolDir, { withFileTypes: true }).flatMap((it) =>
    it.isDirectory() ? [it.name] : [],
  );
  // A second copy of the dead process's folder stands for a replay: the same frames come twice.
  cpSync(join(world.spoolDir, left), join(world.spoolDir, 'copy'), { recursive: true });
  const writer = world.createWriter();
  await until('both folders are adopted', async () => {
    await writer.adoptOrphans();
    return writer.stats().spoolBytes === 0 ? true : null;
  });
  expect(await countRows('team.example')).toEqual({ requests: count, counted: count });
  expect(writer.stats().writtenRecords).toBe(count);
  const { facts } = buildRecord(count);
  const body = await rebuildRequestBody(world.storage, facts.requestId);
  expect(Buffer.from(body?.bytes ?? []).toString()).toBe(Buffer.from(buildBody([`message ${count}`])).toString());
  await writer.close(5_000);
  expect(readdirSync(world.spoolDir)).toEqual([]);
});

test('a folder that only the recorder left something in is shown to it before it goes', async () => {
  mkdirSync(join(world.spoolDir, 'dead', 'open'), { recursive: true });
  const seen: string[] = [];
  const writer = world.createWriter({
    onOrphan: (folder) => {
      seen.push(folder);
      return Promise.resolve();
    },
  });
  await until('the folder is adopted', async () => {
    await writer.adoptOrphans();
    return seen[0];
  });
  expect(seen).toEqual([join(world.spoolDir, 'dead')]);
  await writer.close(5_000);
  expect(readdirSync(world.spoolDir)).toEqual([]);
});

test('with the database away records wait, and are all there in order when it is back', async () => {
  const domain = 'away.example';
  const writer = world.createWriter();
  const { rows } = await world.storage.pool.query<{ name: string }>('select current_database() as name');
  const name = rows[0]?.name ?? '';
  writer.append(buildRecord(1, { domain }));
  await world.settled(writer);
  await world.setReachable(name, false);
  for (let serial = 2; serial <= 300; serial += 1) writer.append(buildRecord(serial, { domain }));
  await until('the outage is seen', () => (writer.stats().state === 'spooling' ? true : null));
  expect(writer.stats().lastProblem).not.toBeNull();
  expect(writer.stats().queuedRecords).toBe(299);
  await world.setReachable(name, true);
  await world.settled(writer);
  expect(writer.stats()).toMatchObject({ state: 'writing', lastProblem: null, droppedRecords: 0 });
  expect(await countRows(domain)).toEqual({ requests: 300, counted: 300 });
}, 30_000);

test.each([
  ['killed with -9', 'SIGKILL'],
  ['told to wait for its sessions and go', 'SIGTERM'],
] as const)(
  'the embedded server %s in the middle of writing costs no record',
  async (_, signal) => {
    const dataDir = mkdtempSync('/tmp/storage-pg-');
    const log = createSilentLogger();
    const server = await startEmbeddedPostgres({ dataDir, log });
    const options = { connection: server.connection, prepared: true, slowQueryMs: 5_000, log };
    const storage = openStorage({ ...options, poolMax: 1 });
    await migrate(storage);
    const writer = world.createWriter({ connection: server.connection });
    for (let serial = 1; serial <= 300; serial += 1) writer.append(buildRecord(serial));
    await until('the first batch is written', () => (writer.stats().writtenRecords > 0 ? true : null));
    const pid = readPostmasterPid(server.connection.host) ?? Number.NaN;
    process.kill(pid, signal);
    for (let serial = 301; serial <= 600; serial += 1) writer.append(buildRecord(serial));
    await until(
      'another server runs',
      () => {
        const now = readPostmasterPid(server.connection.host);
        return now === null || now === pid ? null : true;
      },
      30_000,
    );
    writer.append(buildRecord(601));
    await until('everything is written', () => (writer.stats().queuedRecords === 0 ? true : null), 30_000);
    const { rows } = await storage.pool.query(
      'select (select count(*) from request) as requests, (select sum(request_count)::bigint from usage_hour) as counted',
    );
    expect(rows).toEqual([{ requests: 601, counted: 601 }]);
    await writer.close(5_000);
    await storage.close();
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  },
  60_000,
);

test('a database that is not known at the start is named later', async () => {
  const domain = 'late.example';
  const writer = world.createWriter({ connection: null });
  writer.append(buildRecord(1, { domain }));
  await until('the writer waits', () => (writer.stats().state === 'spooling' ? true : null));
  writer.useConnection(world.connection);
  await world.settled(writer);
  expect(await countRows(domain)).toEqual({ requests: 1, counted: 1 });
});

test('what a close cannot write in time is there for the next process', async () => {
  const domain = 'closed.example';
  const first = world.createWriter({ connection: null });
  for (let serial = 1; serial <= 20; serial += 1) first.append(buildRecord(serial, { domain }));
  await first.close(50);
  const second = world.createWriter();
  await until('the records are adopted', async () => ((await countRows(domain)).requests === 20 ? true : null));
  await second.close(5_000);
});

test('more than memory holds is read back from the spool, in order', async () => {
  const domain = 'long.example';
  const written: number[] = [];
  const ordered = world.createWriter({
    limits: { memoryBytesMax: 20_000, spoolBytesMax: 256 * 1024 * 1024 },
    onWritten: ({ requests }) => written.push(...requests.map(({ facts }) => facts.startedAtMs)),
  });
  for (let serial = 1; serial <= 500; serial += 1) ordered.append(buildRecord(serial, { domain }));
  expect(ordered.stats().queuedBytes).toBeLessThanOrEqual(20_000);
  await world.settled(ordered);
  expect(written).toEqual(written.toSorted((left, right) => left - right));
  expect(await countRows(domain)).toEqual({ requests: 500, counted: 500 });
});

test('what somebody deleted from the spool is counted as lost, and the writer goes on', async () => {
  const domain = 'deleted.example';
  const writer = world.createWriter({
    connection: null,
    limits: { memoryBytesMax: 1, spoolBytesMax: 256 * 1024 * 1024, batchMs: 1 },
  });
  for (let serial = 1; serial <= 20; serial += 1) writer.append(buildRecord(serial, { domain }));
  await writer.flush();
  // The first of them may be with the writer already; the others are in the file alone.
  for (const path of listSegments(writer.folder)) rmSync(path);
  writer.useConnection(world.connection);
  await world.settled(writer);
  writer.append(buildRecord(21, { domain }));
  await world.settled(writer);
  const { droppedRecords } = writer.stats();
  expect(droppedRecords).toBeGreaterThan(0);
  expect((await countRows(domain)).requests).toBe(21 - droppedRecords);
});

test('a full spool gives up payload before facts, then counts what it could not keep', async () => {
  const domain = 'full.example';
  const writer = world.createWriter({
    connection: null,
    limits: { memoryBytesMax: 1_000_000, spoolBytesMax: 100_000 },
  });
  for (let serial = 1; serial <= 200; serial += 1) {
    writer.append(
      buildRecord(serial, { domain }, { requestBody: buildBody([randomText(serial)]), responseBody: null }),
    );
  }
  const full = writer.stats();
  expect(full.state).toBe('dropping-payload');
  expect(full.spoolBytes).toBeLessThanOrEqual(100_000 * 1.05);
  expect(full.droppedPayloads).toBeGreaterThan(0);
  expect(full.droppedRecords).toBeGreaterThan(0);
  writer.useConnection(world.connection);
  await world.settled(writer);
  const { requests } = await listRequests(world.storage, { domain, limit: 500 });
  expect(requests).toHaveLength(200 - full.droppedRecords);
  const dropped = requests.filter((it) => it.payload === 'dropped');
  expect(dropped).toHaveLength(full.droppedPayloads);
  // The first ones had room for all, the next for their facts, the last for nothing.
  const last = Math.max(...requests.map((it) => it.startedAtMs));
  expect(dropped.some((it) => it.startedAtMs === last)).toBe(true);
  const loss = await world.storage.db.selectFrom('recorder_loss').selectAll().executeTakeFirstOrThrow();
  expect(loss).toMatchObject({ reason: 'spool-full', payloads: full.droppedPayloads, records: full.droppedRecords });
});

/** Null while there is no server. */
function readPostmasterPid(socketDir: string): number | null {
  const path = join(socketDir, '..', 'data', 'postmaster.pid');
  return existsSync(path) ? Number(readFileSync(path, 'utf8').split('\n')[0]) : null;
}

/** Text that does not compress, the same for the same serial. */
function randomText(serial: number): string {
  const blocks = Array.from({ length: 60 }, (_, block) =>
    new Bun.CryptoHasher('sha256').update(`${serial}/${block}`).digest('hex'),
  );
  return blocks.join('');
}
