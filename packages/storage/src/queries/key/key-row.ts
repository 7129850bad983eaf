import type { KeyTable } from '../../schema.ts';

/** A client key without its secret. Instants are epoch milliseconds. */
export interface ClientKey {
  readonly keyId: string;
  readonly name: string;
  /** The only domain it opens; null for every domain. */
  readonly domain: string | null;
  /** First characters of the key, so that its owner recognises it. */
  readonly hint: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number | null;
  readonly revokedAtMs: number | null;
}

export function toClientKey(row: Omit<KeyTable, 'hash'>): ClientKey {
  return {
    keyId: row.key_id,
    name: row.name,
    domain: row.domain,
    hint: row.hint,
    createdAtMs: row.created_at.getTime(),
    expiresAtMs: row.expires_at?.getTime() ?? null,
    revokedAtMs: row.revoked_at?.getTime() ?? null,
  };
}
