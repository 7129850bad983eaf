import { afterAll, beforeAll, expect, test } from 'bun:test';
import { createKey, findKey, listLimits, loadKeyHashes, rotateKey, saveKeyUses, saveLimit } from '../src/index.ts';
import { buildAudit } from './audit.ts';
import { NOON_MS, toId } from './record.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

let world: WriterWorld;
beforeAll(async () => {
  world = await createWriterWorld();
});
afterAll(() => world.drop());

const LIMITS = { requestsPerMinute: 60, inputTokensPerMinute: null, outputTokensPerMinute: 5_000, concurrent: 2 };

async function makeKey(serial: number, expiresAtMs: number | null = null): Promise<string> {
  const keyId = toId(NOON_MS, serial);
  const audit = buildAudit({ auditId: crypto.randomUUID(), verb: 'create', noun: 'key', nounId: keyId });
  const whose = { domain: null, owner: null, project: null, labels: [], scopes: ['proxy'] } as const;
  const hash = serial.toString(16).padStart(64, '0');
  const key = {
    keyId,
    name: `laptop ${serial}`,
    ...whose,
    hint: 'nx_live_abcd',
    hash,
    createdAtMs: NOON_MS,
    expiresAtMs,
  };
  await createKey(world.storage, { ...key, limits: LIMITS }, audit);
  return keyId;
}

async function listHashes(keyId: string, nowMs: number) {
  const keys = await loadKeyHashes(world.storage, nowMs);
  return keys.filter((key) => key.keyId === keyId).map(({ hash, expiresAtMs }) => ({ hash, expiresAtMs }));
}

async function rotate(keyId: string, hash: string, previousUntilMs: number) {
  const audit = buildAudit({ auditId: crypto.randomUUID(), verb: 'rotate', noun: 'key', nounId: keyId });
  return rotateKey(world.storage, { keyId, hash, hint: 'nx_live_new0', rotatedAtMs: NOON_MS, previousUntilMs, audit });
}

test('after a rotation both secrets are good until the old one ends, and only the last old one is', async () => {
  const keyId = await makeKey(1);
  const [old = '', second = '', third = ''] = [1, 2, 3].map((digit) => digit.toString().padStart(64, '0'));
  await rotate(keyId, second, NOON_MS + 100);
  expect(await listHashes(keyId, NOON_MS + 99)).toEqual([
    { hash: second, expiresAtMs: null },
    { hash: old, expiresAtMs: NOON_MS + 100 },
  ]);
  expect(await listHashes(keyId, NOON_MS + 100)).toEqual([{ hash: second, expiresAtMs: null }]);
  await rotate(keyId, third, NOON_MS + 100);
  expect((await listHashes(keyId, NOON_MS)).map(({ hash }) => hash)).toEqual([third, second]);
  expect(await findKey(world.storage, keyId)).toMatchObject({ hint: 'nx_live_new0', rotatedAtMs: NOON_MS });
});

test('an old secret never outlives its key', async () => {
  const keyId = await makeKey(16, NOON_MS + 50);
  await rotate(keyId, 'a'.repeat(64), NOON_MS + 100);
  const hashes = await listHashes(keyId, NOON_MS);
  expect(hashes.map(({ expiresAtMs }) => expiresAtMs)).toEqual([NOON_MS + 50, NOON_MS + 50]);
});

test('of several gateways that tell when a key was used, the latest instant stays', async () => {
  const keyId = await makeKey(17);
  await saveKeyUses(world.storage, [{ keyId, usedAtMs: NOON_MS + 9 }]);
  await saveKeyUses(world.storage, [{ keyId, usedAtMs: NOON_MS + 5 }]);
  expect((await findKey(world.storage, keyId))?.lastUsedAtMs).toBe(NOON_MS + 9);
});

test('limits come with a key, are set anew whole, and are gone once they say nothing', async () => {
  const keyId = await makeKey(18);
  const subject = { kind: 'key', subject: keyId } as const;
  const find = async () => (await listLimits(world.storage)).find((limit) => limit.subject.subject === keyId)?.limits;
  const audit = () => buildAudit({ auditId: crypto.randomUUID(), verb: 'set', noun: 'limit', nounId: keyId });
  expect(await find()).toEqual(LIMITS);
  const other = { ...LIMITS, requestsPerMinute: null, inputTokensPerMinute: 7 };
  await saveLimit(world.storage, { subject, limits: other, changedAtMs: NOON_MS }, audit());
  expect(await find()).toEqual(other);
  const none = { requestsPerMinute: null, inputTokensPerMinute: null, outputTokensPerMinute: null, concurrent: null };
  await saveLimit(world.storage, { subject, limits: none, changedAtMs: NOON_MS }, audit());
  expect(await find()).toBeUndefined();
});
