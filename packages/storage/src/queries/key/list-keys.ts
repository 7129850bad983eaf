import type { Storage } from '../../storage.ts';
import { type ClientKey, KEY_COLUMNS, toClientKey } from './key-row.ts';

const KEYS_MAX = 10_000;

/** All client keys, newest first, revoked ones too. The hash is not read. */
export async function listKeys({ db }: Pick<Storage, 'db'>): Promise<ClientKey[]> {
  const rows = await db
    .selectFrom('key')
    .select(KEY_COLUMNS)
    .orderBy('created_at', 'desc')
    .orderBy('key_id', 'desc')
    .limit(KEYS_MAX)
    .execute();
  return rows.map(toClientKey);
}
