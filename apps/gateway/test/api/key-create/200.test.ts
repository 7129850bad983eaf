import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { hashClientKey } from '@nexus/services';
import { loadKeyHashes } from '@nexus/storage';
import { type ApiWorld, SET_UP_MS_MAX, startApiWorld } from '../api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld({ env: { API_KEY_SALT: 'salt' } });
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

async function loadHashes() {
  return world.storage === null ? [] : loadKeyHashes(world.storage, Date.now());
}

describe('client keys', () => {
  test('are shown once, stored as a salted hash, listed by their first characters, and revoked for good', async () => {
    const made = await world.client.perform('key.create', { name: 'laptop', domain: 'Team.Example.com.' });
    expect(made.key).toMatch(/^nx_live_[\w-]{43}$/);
    expect(made.domain).toBe('team.example.com');
    expect(await loadHashes()).toEqual([
      {
        keyId: made.keyId,
        hash: hashClientKey(made.key, 'salt'),
        domain: 'team.example.com',
        owner: null,
        project: null,
        scopes: ['proxy'],
        expiresAtMs: null,
      },
    ]);

    const { keys } = await world.client.perform('key.list', {});
    expect(JSON.stringify(keys)).not.toContain(made.key.slice(0, 14));
    expect(keys).toEqual([
      {
        keyId: made.keyId,
        name: 'laptop',
        domain: 'team.example.com',
        owner: null,
        project: null,
        labels: [],
        scopes: ['proxy'],
        hint: made.key.slice(0, 12),
        createdAt: expect.stringMatching(/^\d{4}-/),
        expiresAt: null,
        revokedAt: null,
        lastUsedAt: null,
        rotatedAt: null,
        previousUntil: null,
      },
    ]);

    const first = await world.client.perform('key.revoke', { keyId: made.keyId });
    const second = await world.client.perform('key.revoke', { keyId: made.keyId });
    expect(second).toEqual(first);
    expect(await loadHashes()).toEqual([]);
    expect((await world.client.perform('key.list', {})).keys[0]?.revokedAt).toBe(first.revokedAt);
  });

  test('leave a line in the log that says who, and not the key', async () => {
    const lines: string[] = [];
    const write = (fields: Readonly<Record<string, unknown>>, message: string) => {
      lines.push(JSON.stringify({ ...fields, message }));
    };
    const logged = await startApiWorld({ override: { log: { info: write, warn: write, error: write } } });
    const { key, keyId } = await logged.client.perform('key.create', { name: 'laptop' });
    await logged.client.perform('key.revoke', { keyId });
    await logged.client.perform('key.list', {});
    await logged.stop();

    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { operation: 'key.create', actor: 'dashboard-key', message: 'changed over the API' },
      { operation: 'key.revoke', actor: 'dashboard-key', keyId },
    ]);
    expect(lines.join()).not.toContain(key.slice(0, 14));
  });

  test('of one name are made one at a time, unless a second one is asked for', async () => {
    const name = 'twin';
    const made = await Promise.allSettled(
      Array.from({ length: 6 }, () => world.client.perform('key.create', { name })),
    );
    const refused = made.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(refused).toHaveLength(5);
    expect(refused[0]).toMatchObject({ code: 'key-exists', status: 409 });
    await world.client.perform('key.create', { name, allowSameName: true });
    const { keys } = await world.client.perform('key.list', {});
    const twins = keys.filter((key) => key.name === name);
    expect(twins).toHaveLength(2);
    for (const { keyId } of twins) await world.client.perform('key.revoke', { keyId });
    await world.client.perform('key.create', { name });
  });

  test('may open every domain and may expire', async () => {
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const made = await world.client.perform('key.create', { name: 'ci', expiresAt });
    const listed = (await world.client.perform('key.list', {})).keys.find(({ keyId }) => keyId === made.keyId);

    expect(made.domain).toBeNull();
    expect(listed?.expiresAt).toBe(expiresAt);
  });
});
