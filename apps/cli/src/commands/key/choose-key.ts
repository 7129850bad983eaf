import type { OperationOutput } from '@nexus/contract';
import { toTable } from '../../to-table.ts';
import type { Perform } from '../../with-operations.ts';

type Keys = OperationOutput<'key.list'>['keys'];

/** The id of the key that `nameOrId` names at `nowMs`. @throws {Error} where no key that still works has this name, or more than one has. */
export async function findKeyId(perform: Perform, nameOrId: string, nowMs: number): Promise<string> {
  if (UUID.test(nameOrId)) return nameOrId;
  const { keys } = await perform('key.list', {});
  return chooseKey(keys, nameOrId, nowMs).keyId;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function chooseKey(keys: Keys, name: string, nowMs: number): Keys[number] {
  const named = keys.filter((key) => key.name === name && key.revokedAt === null);
  const working = named.filter(({ expiresAt }) => expiresAt === null || Date.parse(expiresAt) > nowMs);
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
