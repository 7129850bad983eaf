import { inTransaction } from '../../in-transaction.ts';
import type { KeyTable } from '../../schema.ts';
import type { Storage } from '../../storage.ts';
import { type AuditEntry, insertAudit } from '../audit/insert-audit.ts';
import { type ClientKey, toClientKey } from './key-row.ts';

export interface KeyExpiry {
  readonly keyId: string;
  /** Epoch milliseconds; null for never. */
  readonly expiresAtMs: number | null;
  /** Who does it. The name and domain of the key are added. */
  readonly audit: AuditEntry;
}

/** Sets when a key ends, and gives it; null where there is none, or it is revoked. */
export async function expireKey(
  { pool }: Pick<Storage, 'pool'>,
  { keyId, expiresAtMs, audit }: KeyExpiry,
): Promise<ClientKey | null> {
  const values = [keyId, expiresAtMs === null ? null : new Date(expiresAtMs)];
  return changeKey(pool, { sql: EXPIRE, values, audit });
}

export interface KeyRotation {
  readonly keyId: string;
  /** Hex of the keyed hash of the new secret. */
  readonly hash: string;
  readonly hint: string;
  /** Epoch milliseconds. */
  readonly rotatedAtMs: number;
  /** Until when the secret so far stays good; epoch milliseconds. */
  readonly previousUntilMs: number;
  readonly audit: AuditEntry;
}

/** Gives a key another secret; of the ones before it, the last stays good for a while. Null where there is no such key. */
export async function rotateKey({ pool }: Pick<Storage, 'pool'>, rotation: KeyRotation): Promise<ClientKey | null> {
  const { keyId, hash, hint, rotatedAtMs, previousUntilMs, audit } = rotation;
  const values = [keyId, Buffer.from(hash, 'hex'), hint, new Date(rotatedAtMs), new Date(previousUntilMs)];
  return changeKey(pool, { sql: ROTATE, values, audit });
}

interface Change {
  readonly sql: string;
  readonly values: readonly unknown[];
  readonly audit: AuditEntry;
}

async function changeKey(pool: Storage['pool'], { sql, values, audit }: Change): Promise<ClientKey | null> {
  return inTransaction(pool, async (client) => {
    const changed = await client.query<KeyTable>(sql, [...values]);
    const [row] = changed.rows;
    if (row === undefined) return null;
    await insertAudit(client, { ...audit, domain: row.domain, detail: { ...audit.detail, name: row.name } });
    return toClientKey(row);
  });
}

const EXPIRE = `
  update key
  set expires_at = $2
  where key_id = $1 and revoked_at is null
  returning *`;

const ROTATE = `
  update key
  set previous_hash = hash,
      previous_until = $5,
      hash = $2,
      hint = $3,
      rotated_at = $4
  where key_id = $1 and revoked_at is null
  returning *`;
