import { afterAll, beforeAll, expect, test } from 'bun:test';
import { openStorage, type Storage } from '@nexus/storage';
import { createSilentLogger } from '@nexus/telemetry';
import {
  type FakeClaude,
  type GatewayProcess,
  type TestDatabase,
  createTestDatabase,
  startFakeClaude,
  startGatewayProcess,
  until,
} from '@nexus/testkit';
import { type DatabaseDoor, createDatabaseDoor } from './database-door.ts';
import { awaitRows, HOOK_MS } from './recorder-desk.ts';

/** The short form of bench/database-away.ts: the database away for 5 s at 100 requests/s, then `kill -9`. */
const RATE = 100;
const AWAY_S = 5;

interface Stage {
  readonly fake: FakeClaude;
  readonly database: TestDatabase;
  readonly door: DatabaseDoor;
  readonly storage: Storage;
  readonly databaseUrl: string;
}

const stage: { current: Stage | null } = { current: null };

beforeAll(async () => {
  const fake = await startFakeClaude({ requestsKeptMax: 0 });
  const database = await createTestDatabase();
  const door = await createDatabaseDoor(database.connection);
  const log = createSilentLogger();
  const { connection } = database;
  const storage = openStorage({ connection, poolMax: 1, prepared: true, slowQueryMs: 30_000, log });
  const { user, host, port, database: name } = door.connection;
  stage.current = { fake, database, door, storage, databaseUrl: `postgres://${user}@${host}:${port}/${name}` };
}, HOOK_MS);

afterAll(async () => {
  await stage.current?.storage.close();
  await stage.current?.door.close();
  await stage.current?.database.drop();
  await stage.current?.fake.stop();
}, HOOK_MS);

test('with the database away callers see nothing, and after kill -9 every answered request is recorded once', async () => {
  const { fake, door, storage, databaseUrl } = getStage();
  const first = await startGatewayProcess({ upstreamUrl: fake.url, databaseUrl });
  const before = await sendAt(first, 100);
  door.shut();
  const during = await sendAt(first, RATE * AWAY_S);
  const answered = [...before, ...during];
  expect(answered.filter(({ status }) => status !== 200)).toEqual([]);
  await awaitSpooled(first, answered.length);
  await first.kill();
  door.open();

  const second = await startGatewayProcess({ upstreamUrl: fake.url, databaseUrl, dataDir: first.dataDir });
  const rows = await awaitRows(storage, answered.length);
  expect([...rows.keys()].sort()).toEqual(answered.map(({ requestId }) => requestId).sort());
  expect([...rows.values()].filter(({ outcome }) => outcome !== 'completed')).toEqual([]);
  await second.remove();
}, 60_000);

interface Answered {
  readonly status: number;
  readonly requestId: string;
}

/** Sends `count` requests at the fixed rate, whether or not earlier ones were answered. */
async function sendAt(gateway: GatewayProcess, count: number): Promise<Answered[]> {
  const sent: Promise<Answered>[] = [];
  for (let index = 0; index < count; index += 1) {
    const dueMs = (index * 1000) / RATE;
    sent.push(Bun.sleep(dueMs).then(() => send(gateway, index)));
  }
  return Promise.all(sent);
}

async function send(gateway: GatewayProcess, index: number): Promise<Answered> {
  const stream = index % 2 === 0;
  const messages = [{ role: 'user', content: `question ${index}` }];
  const answer = await fetch(`${gateway.proxyUrl}/v1/messages`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'anthropic-version': '2023-06-01',
      'x-api-key': 'sk-ant-api03-a-key-of-the-caller',
      'x-claude-code-session-id': `session-${index % 10}`,
    },
    body: JSON.stringify({ model: 'fake-text', max_tokens: 100, stream, messages }),
  });
  await answer.arrayBuffer();
  return { status: answer.status, requestId: answer.headers.get('x-nexus-request-id') ?? '' };
}

/** Waits until the recorder's thread has all of them and the spool has stopped growing. */
async function awaitSpooled(gateway: GatewayProcess, count: number): Promise<void> {
  const last = { bytes: -1 };
  await until('everything is in the spool', async () => {
    const page = await loadMetrics(gateway);
    const held = readMetric(page, 'written_records') + readMetric(page, 'queued_records');
    const bytes = readMetric(page, 'spool_bytes');
    const isStill = bytes === last.bytes;
    last.bytes = bytes;
    if (held >= count && isStill) return true;
    await Bun.sleep(600);
    return null;
  });
}

async function loadMetrics(gateway: GatewayProcess): Promise<string> {
  const answer = await fetch(`${gateway.dashboardUrl}/metrics`, {
    headers: { 'x-dashboard-key': gateway.dashboardKey },
  });
  return answer.text();
}

function readMetric(page: string, name: string): number {
  return Number(new RegExp(`^nexus_recorder_${name}\\S* (\\S+)$`, 'm').exec(page)?.[1] ?? Number.NaN);
}

function getStage(): Stage {
  if (stage.current === null) throw new Error('the stage is set before the first test');
  return stage.current;
}
