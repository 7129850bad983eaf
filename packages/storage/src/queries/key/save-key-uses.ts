import type { Storage } from '../../storage.ts';

/** When a key was last shown; epoch milliseconds. */
export interface KeyUse {
  readonly keyId: string;
  readonly usedAtMs: number;
}

/** Notes when keys were last used; of several gateways that tell, the latest instant stays. */
export async function saveKeyUses({ pool }: Pick<Storage, 'pool'>, uses: readonly KeyUse[]): Promise<void> {
  // Sorted, so that two processes never wait for each other in a circle.
  const sorted = uses.toSorted((one, other) => (one.keyId < other.keyId ? -1 : 1));
  const ids = sorted.map(({ keyId }) => keyId);
  await pool.query(UPDATE, [ids, sorted.map(({ usedAtMs }) => new Date(usedAtMs))]);
}

const UPDATE = `
  update key
  set last_used_at = greatest(key.last_used_at, given.used_at)
  from unnest($1::uuid[], $2::timestamptz[]) as given (key_id, used_at)
  where key.key_id = given.key_id`;
