import type { Storage } from '../../storage.ts';
import type { ClientKey } from './key-row.ts';

export interface NewKey extends Omit<ClientKey, 'revokedAtMs'> {
  /** Hex of the keyed hash of the key; the key itself never comes here. */
  readonly hash: string;
}

/** Stores a new client key. */
export async function createKey({ db }: Pick<Storage, 'db'>, key: NewKey): Promise<void> {
  await db
    .insertInto('key')
    .values({
      key_id: key.keyId,
      hash: Buffer.from(key.hash, 'hex'),
      hint: key.hint,
      name: key.name,
      domain: key.domain,
      created_at: new Date(key.createdAtMs),
      expires_at: key.expiresAtMs === null ? null : new Date(key.expiresAtMs),
      revoked_at: null,
    })
    .execute();
}
