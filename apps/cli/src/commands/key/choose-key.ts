import type { KeySummary } from '@nexus/contract';
import { toTable } from '../../to-table.ts';
import type { Perform } from '../../with-operations.ts';
import { UUID } from '../../uuid.ts';

/** What is known of a key that was named. */
type NamedKey = Pick<KeySummary, 'keyId' | 'name' | 'expiresAt'>;

/**
 * The key that `nameOrId` names at `nowMs`. An id that no list has goes by itself: whoever acts on it is told.
 * @throws {Error} where no key that still works has this name, or more than one has.
 */
export async function findKey(perform: Perform, nameOrId: string, nowMs: number): Promise<NamedKey> {
  const { keys } = await perform('key.list', {});
  if (!UUID.test(nameOrId)) return chooseKey(keys, nameOrId, nowMs);
  const keyId = nameOrId.toLowerCase();
  return keys.find((key) => key.keyId === keyId) ?? { keyId, name: keyId, expiresAt: null };
}

function chooseKey(keys: readonly KeySummary[], name: string, nowMs: number): KeySummary {
  const named = keys.filter((key) => key.name === name && key.revokedAt === null);
  const working = named.filter((key) => !isOver(key, nowMs));
  // One that is over may be given more time; where another of its name works, that one is meant.
  const found = working.length > 0 ? working : named;
  const [only] = found;
  // What was typed may be the key itself, which must not stand on a screen twice.
  if (only === undefined) {
    throw new Error('No key that works has that name or id: `bun run nexus key list` shows what there is.');
  }
  if (found.length === 1) return only;
  const rows = found.map(({ keyId, hint, domain, createdAt }) => [keyId, hint, domain ?? 'every domain', createdAt]);
  const table = toTable(['key', 'begins with', 'opens', 'made'], rows);
  throw new Error(`${found.length} keys are called ${name}. Say which one by its id:\n\n${table}`);
}

/** Whether a key has ended by its own expiry. */
export function isOver({ expiresAt }: Pick<KeySummary, 'expiresAt'>, nowMs: number): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= nowMs;
}
