import { afterAll, beforeAll, expect, test } from 'bun:test';
import { until } from '@nexus/testkit';
import { createKey, expireKey, revokeKey, rotateKey, saveBudget, saveLimit, watchChanges } from '../src/index.ts';
import { buildAudit } from './audit.ts';
import { NOON_MS, toId } from './record.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

let world: WriterWorld;
beforeAll(async () => {
  world = await createWriterWorld();
});
afterAll(() => world.drop());

/** A watcher that listens already, and what it heard since. */
async function startWatching() {
  const heard: string[] = [];
  let gaps = 0;
  const watch = watchChanges({
    connection: world.connection,
    onChange: (noun) => void heard.push(noun),
    onGap: () => (gaps += 1),
  });
  const listening = (times: number) => until('it listens', () => (gaps >= times ? true : null));
  await listening(1);
  return { heard, listening, close: () => watch.close() };
}

let serial = 0;
function toAudit(noun: string, nounId: string) {
  serial += 1;
  return buildAudit({ auditId: toId(NOON_MS, 1_000 + serial), atMs: NOON_MS, verb: 'change', noun, nounId });
}

async function makeKey(auditId?: string): Promise<string> {
  serial += 1;
  const keyId = toId(NOON_MS, serial);
  const nobody = { domain: null, owner: null, project: null, labels: [], scopes: ['proxy'], limits: null } as const;
  const hash = serial.toString(16).padStart(64, '0');
  const times = { createdAtMs: NOON_MS, expiresAtMs: null };
  const audit = { ...toAudit('key', keyId), ...(auditId === undefined ? {} : { auditId }) };
  await createKey(
    world.storage,
    { keyId, name: `key ${serial}`, hint: 'nx_live_abcd', hash, ...nobody, ...times },
    audit,
  );
  return keyId;
}

test('every change of keys, limits and budgets is heard by who watches, and no change that was not kept', async () => {
  const { heard, close } = await startWatching();
  const keyId = await makeKey();
  const audit = () => toAudit('key', keyId);
  const subject = { kind: 'global', subject: '*' } as const;
  const limits = { requestsPerMinute: 5, inputTokensPerMinute: null, outputTokensPerMinute: null, concurrent: null };
  const hash = 'f'.repeat(64);
  await expireKey(world.storage, { keyId, expiresAtMs: NOON_MS, audit: audit() });
  await rotateKey(world.storage, { keyId, hash, hint: 'x', rotatedAtMs: NOON_MS, previousUntilMs: 0, audit: audit() });
  const taken = audit();
  await revokeKey(world.storage, { keyId, revokedAtMs: NOON_MS, audit: taken });
  expect(await makeKey(taken.auditId).catch(() => 'refused')).toBe('refused');
  await saveLimit(world.storage, { subject, limits, changedAtMs: NOON_MS }, toAudit('limit', 'global:*'));
  await saveBudget(
    world.storage,
    { budgetId: toId(NOON_MS, 500), subject, period: 'day', limitNano: 5, changedAtMs: NOON_MS },
    toAudit('budget', 'global:*'),
  );
  await until('the last of them', () => (heard.includes('budget') ? true : null));
  expect(heard).toEqual(['key', 'key', 'key', 'key', 'limit', 'budget']);
  await close();
});

test('a connection that was lost is made again, and says that changes may have been missed', async () => {
  const { heard, listening, close } = await startWatching();
  await world.storage.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'claude-nexus changes' and datname = current_database()",
  );
  await listening(2);
  await makeKey();
  await until('the change', () => (heard.length > 0 ? true : null));
  expect(heard).toEqual(['key']);
  await close();
});

test('it ends at once while there is no database to watch', async () => {
  const watch = watchChanges({
    connection: { host: '127.0.0.1', port: 1, user: 'nobody', database: 'none' },
    onChange: () => {},
    onGap: () => {},
  });
  await watch.close();
});
