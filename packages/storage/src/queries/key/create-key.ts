import { inTransaction } from '../../in-transaction.ts';
import type { Storage } from '../../storage.ts';
import { type AuditEntry, insertAudit } from '../audit/insert-audit.ts';
import type { ClientKey } from './key-row.ts';

export interface NewKey extends Omit<ClientKey, 'revokedAtMs'> {
  /** Hex of the keyed hash of the key; the key itself never comes here. */
  readonly hash: string;
}

/** Stores a new client key, and who made it. */
export async function createKey({ pool }: Pick<Storage, 'pool'>, key: NewKey, audit: AuditEntry): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query(INSERT, [
      key.keyId,
      Buffer.from(key.hash, 'hex'),
      key.hint,
      key.name,
      key.domain,
      new Date(key.createdAtMs),
      key.expiresAtMs === null ? null : new Date(key.expiresAtMs),
    ]);
    await insertAudit(client, audit);
  });
}

const INSERT = `
  insert into key (key_id, hash, hint, name, domain, created_at, expires_at, revoked_at)
  values ($1, $2, $3, $4, $5, $6, $7, null)`;
