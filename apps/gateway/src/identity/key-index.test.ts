import { expect, test } from 'bun:test';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashClientKey } from '@nexus/services';
import type { KeyUse } from '@nexus/storage';
import { createSilentLogger } from '@nexus/telemetry';
import { createKeyCopy } from './key-copy.ts';
import { type KnownKey, createKeyIndex } from './key-index.ts';

const NO_COPY = { read: () => null, write: () => false };
const SALT = 'salt';
const KEY = 'nx_live_0123456789';

function toKnown(change: Partial<KnownKey> = {}): KnownKey {
  const hash = hashClientKey(KEY, SALT);
  const nobody = { owner: null, project: null, scopes: ['proxy'] } as const;
  return { keyId: 'k-1', hash, domain: null, ...nobody, expiresAtMs: null, ...change };
}

async function createIndex(load: () => Promise<readonly KnownKey[] | null>, nowMs = 1_000) {
  const index = createKeyIndex({
    loadKeys: load,
    copy: NO_COPY,
    saveUses: async () => true,
    salt: SALT,
    clock: () => nowMs,
    log: createSilentLogger(),
  });
  await index.refresh();
  await index.close();
  return index;
}

test('a key is found by its hash, and only where it is good', async () => {
  const everywhere = await createIndex(async () => [toKnown()]);
  expect(everywhere.find(KEY, ['a.example'])?.keyId).toBe('k-1');
  expect(everywhere.find(`${KEY}x`, ['a.example'])).toBeNull();
  const bound = await createIndex(async () => [toKnown({ domain: 'a.example' })]);
  expect(bound.find(KEY, ['a.example'])?.keyId).toBe('k-1');
  expect(bound.find(KEY, ['b.example'])).toBeNull();
  expect(bound.find(KEY, ['default', 'a.example'])?.keyId).toBe('k-1');
});

test('a key ends at its instant, also while the database is away', async () => {
  const keys = [toKnown({ expiresAtMs: 1_000 })];
  expect((await createIndex(async () => keys, 999)).find(KEY, ['a'])).not.toBeNull();
  expect((await createIndex(async () => keys, 1_000)).find(KEY, ['a'])).toBeNull();
});

test('the last known keys stay while they cannot be loaded, and a revoked one is gone once they can', async () => {
  const loads: (readonly KnownKey[] | Error | null)[] = [[toKnown()], new Error('database away'), null, []];
  const index = await createIndex(async () => {
    const next = loads.shift() ?? null;
    if (next instanceof Error) throw next;
    return next;
  });
  for (const stays of [true, true, false]) {
    await index.refresh();
    expect(index.find(KEY, ['a']) !== null).toBe(stays);
  }
});

test('anything with our prefix is ours, valid or not', async () => {
  const index = await createIndex(async () => []);
  expect(index.isOurs('nx_live_whatever')).toBe(true);
  expect(index.isOurs('sk-ant-api03-x')).toBe(false);
});

test('a start with the database away knows the keys of the process before it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-keys-'));
  const log = createSilentLogger();
  const open = (load: () => Promise<readonly KnownKey[] | null>) =>
    createKeyIndex({
      loadKeys: load,
      copy: createKeyCopy(join(folder, 'known.json'), log),
      saveUses: async () => true,
      salt: SALT,
      clock: () => 0,
      log,
    });
  const first = open(async () => [toKnown()]);
  expect(first.areLoaded()).toBe(false);
  await first.refresh();
  await first.close();
  const second = open(async () => null);
  await second.close();
  expect(second.areLoaded()).toBe(true);
  expect(second.find(KEY, ['a'])?.keyId).toBe('k-1');
  expect((await stat(join(folder, 'known.json'))).mode & 0o777).toBe(0o600);
  expect(await Bun.file(join(folder, 'known.json')).text()).not.toContain(KEY);
  await rm(folder, { recursive: true });
});

test('whoever watches is told once that the keys are others, whoever changed them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-keys-'));
  const log = createSilentLogger();
  let keys = [toKnown()];
  let told = 0;
  const index = createKeyIndex({
    loadKeys: async () => keys,
    copy: createKeyCopy(join(folder, 'known.json'), log),
    saveUses: async () => true,
    onChange: () => (told += 1),
    salt: SALT,
    clock: () => 0,
    log,
  });
  await index.refresh();
  await index.refresh();
  expect(told).toBe(1);
  keys = [];
  await index.refresh();
  expect(told).toBe(2);
  await index.close();
  await rm(folder, { recursive: true });
});

test('when a key was last used is saved once for all its uses, and told again where that failed', async () => {
  const saved: (readonly KeyUse[])[] = [];
  let works = false;
  const index = createKeyIndex({
    loadKeys: async () => [toKnown()],
    copy: NO_COPY,
    saveUses: async (uses) => {
      if (works) saved.push(uses);
      return works;
    },
    salt: SALT,
    clock: () => 5_000,
    log: createSilentLogger(),
  });
  await index.refresh();
  index.find(KEY, ['a']);
  index.find(KEY, ['a']);
  await index.close();
  works = true;
  await index.close();
  await index.close();
  expect(saved).toEqual([[{ keyId: 'k-1', usedAtMs: 5_000 }]]);
});

test('a key of one domain opens nothing of an API that knows no domains', async () => {
  const index = await createIndex(async () => [toKnown({ domain: 'a.example', scopes: ['proxy', 'read'] })]);
  expect(index.findForApi(KEY)).toBeNull();
});
