import { inTransaction } from '../../in-transaction.ts';
import type { KeyTable } from '../../schema.ts';
import type { Storage } from '../../storage.ts';
import { type AuditEntry, insertAudit } from '../audit/insert-audit.ts';
import { type ClientKey, toClientKey } from './key-row.ts';

export interface KeyRevocation {
  readonly keyId: string;
  /** Epoch milliseconds. */
  readonly revokedAtMs: number;
  /** Who does it. The name and domain of the key are added. */
  readonly audit: AuditEntry;
}

/** Revokes a key and gives it; null where there is none. A second call keeps the first instant, and is no change. */
export async function revokeKey(
  { pool }: Pick<Storage, 'pool'>,
  { keyId, revokedAtMs, audit }: KeyRevocation,
): Promise<ClientKey | null> {
  return inTransaction(pool, async (client) => {
    const revoked = await client.query<KeyTable>(REVOKE, [keyId, new Date(revokedAtMs)]);
    const [row] = revoked.rows;
    if (row) {
      await insertAudit(client, { ...audit, domain: row.domain, detail: { name: row.name } });
      return toClientKey(row);
    }
    const found = await client.query<KeyTable>('select * from key where key_id = $1', [keyId]);
    return found.rows[0] ? toClientKey(found.rows[0]) : null;
  });
}

const REVOKE = `
  update key
  set revoked_at = $2
  where key_id = $1 and revoked_at is null
  returning *`;
