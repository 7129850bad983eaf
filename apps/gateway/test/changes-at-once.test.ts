import { afterAll, beforeAll, test } from 'bun:test';
import { perform } from '@nexus/services';
import { type Storage, openStorage } from '@nexus/storage';
import { type TestDatabase, createTestDatabase } from '@nexus/testkit';
import { createSilentLogger } from '@nexus/telemetry';
import { type TestGateway, startTestGateway } from './support/start-test-gateway.ts';
import { waitFor } from './support/wait-for.ts';

let database: TestDatabase;
let gw: TestGateway;
let storage: Storage;

// Nobody looks by the clock here: what is known of a change is known because somebody told of it.
const setRealInterval = globalThis.setInterval;
const NEVER_MS = 1_000_000_000;
setIntervals((callback: () => void) => setRealInterval(callback, NEVER_MS));

function setIntervals(value: unknown): void {
  Object.defineProperty(globalThis, 'setInterval', { value, configurable: true, writable: true });
}

beforeAll(async () => {
  database = await createTestDatabase();
  const log = createSilentLogger();
  storage = openStorage({
    connection: database.connection,
    poolMax: 1,
    prepared: true,
    slowQueryMs: 5_000,
    log,
  });
  gw = await startTestGateway({
    env: { STORAGE_ENABLED: 'true', DATABASE_URL: database.url, ENABLE_CLIENT_AUTH: 'true' },
  });
  await gw.gateway.ready;
  await waitFor('the gateway to listen to its database', async () => {
    const { rows } = await storage.pool.query(
      "select 1 from pg_stat_activity where datname = current_database() and query = 'listen nexus_changed'",
    );
    return rows.length > 0;
  });
}, 60_000);

afterAll(async () => {
  setIntervals(setRealInterval);
  await gw[Symbol.asyncDispose]();
  await storage.close();
  await database.drop();
}, 30_000);

/** What the command line works with: the database, and nothing of the gateway that runs. */
function toContext() {
  return {
    actor: { kind: 'local-cli' as const },
    storage,
    recorderStats: () => {
      throw new Error('the recorder is in another process');
    },
    domains: { list: () => [], credentialOf: () => 'none' as const },
    proxyUrl: () => gw.url,
    retention: { payloadDays: 0, factsDays: 0, linksDays: 0 },
    rollingWindowMinutes: 300,
    apiKeySalt: '',
    clock: Date.now,
    newId: () => Bun.randomUUIDv7(),
  };
}

test('a key that was made or ended beside the gateway counts there without anybody looking for it', async () => {
  const { key, keyId } = await perform(toContext(), 'key.create', { name: 'laptop' });
  const ask = async () => (await gw.send('fake-text', { headers: { 'x-api-key': key } })).status;
  await waitFor('the key to work', async () => (await ask()) === 200);
  await perform(toContext(), 'limit.set', {
    subjectKind: 'key',
    subject: keyId,
    limits: { requestsPerMinute: 1 },
  });
  await waitFor('the limit to hold', async () => (await ask()) === 429);
  await perform(toContext(), 'key.revoke', { keyId });
  await waitFor('the key to be refused', async () => (await ask()) === 401);
}, 30_000);
