import { afterAll, beforeAll, expect, test } from 'bun:test';
import { createKey, type Keyset, listAudit, listKeys } from '../src/index.ts';
import { buildAudit } from './audit.ts';
import { NOON_MS, toId } from './record.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

let world: WriterWorld;
beforeAll(async () => {
  world = await createWriterWorld();
});
afterAll(() => world.drop());

async function makeKey(serial: number, auditId: string): Promise<string> {
  const keyId = toId(NOON_MS, serial);
  const key = { keyId, name: `key ${serial}`, domain: null, hint: 'nx_live_abcd', expiresAtMs: null };
  const nobody = { owner: null, project: null, labels: [], scopes: ['proxy'], limits: null } as const;
  const hash = serial.toString(16).padStart(64, '0');
  const audit = buildAudit({ auditId, atMs: NOON_MS + (serial % 2), verb: 'create', noun: 'key', nounId: keyId });
  await createKey(world.storage, { ...key, ...nobody, hash, createdAtMs: NOON_MS }, audit);
  return keyId;
}

test('changes are listed newest first, page by page, each once, also where several fell into one millisecond', async () => {
  const ids = [1, 2, 3, 4, 5].map((serial) => toId(NOON_MS, 100 + serial));
  const keys: string[] = [];
  for (const [index, auditId] of ids.entries()) keys.push(await makeKey(index + 1, auditId));
  const seen: string[] = [];
  let before: Keyset | undefined;
  do {
    const page = await listAudit(world.storage, { before, limit: 2 });
    seen.push(...page.entries.map(({ auditId }) => auditId));
    before = page.next ?? undefined;
  } while (before);
  expect(seen).toEqual([4, 2, 0, 3, 1].map((index) => ids[index] ?? ''));
  const one = await listAudit(world.storage, { noun: 'key', nounId: keys[2], limit: 10 });
  expect(one.entries).toEqual([
    {
      auditId: ids[2] ?? '',
      atMs: NOON_MS + 1,
      actor: 'person',
      actorId: 'a-session',
      verb: 'create',
      noun: 'key',
      nounId: keys[2] ?? '',
      domain: null,
      detail: {},
    },
  ]);
});

test('a change that cannot be written down does not happen', async () => {
  const before = await listKeys(world.storage);
  const taken = toId(NOON_MS, 101);
  expect(await makeKey(9, taken).catch((error: unknown) => String(error))).toContain('audit_pkey');
  expect(await listKeys(world.storage)).toEqual(before);
});
