import type { Storage } from '../../storage.ts';
import { type ClientKey, toClientKey } from './key-row.ts';

/** Revokes a key and gives it; null where there is none. A second call keeps the first instant. */
export async function revokeKey(
  { db }: Pick<Storage, 'db'>,
  input: { keyId: string; revokedAtMs: number },
): Promise<ClientKey | null> {
  const row = await db
    .updateTable('key')
    .set((eb) => ({ revoked_at: eb.fn.coalesce('revoked_at', eb.val(new Date(input.revokedAtMs))) }))
    .where('key_id', '=', input.keyId)
    .returningAll()
    .executeTakeFirst();
  return row ? toClientKey(row) : null;
}
