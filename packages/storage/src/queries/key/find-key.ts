import type { Storage } from '../../storage.ts';
import { type ClientKey, KEY_COLUMNS, toClientKey } from './key-row.ts';

/** One client key, revoked or not; null where there is none. */
export async function findKey({ db }: Pick<Storage, 'db'>, keyId: string): Promise<ClientKey | null> {
  const row = await db.selectFrom('key').select(KEY_COLUMNS).where('key_id', '=', keyId).executeTakeFirst();
  return row === undefined ? null : toClientKey(row);
}
