import type { KeyScope, KeyTable } from '../../schema.ts';

/** A client key without its secret. Instants are epoch milliseconds. */
export interface ClientKey {
  readonly keyId: string;
  readonly name: string;
  /** The only domain it opens; null for every domain. */
  readonly domain: string | null;
  /** Who it was made for; null for nobody in particular. */
  readonly owner: string | null;
  readonly project: string | null;
  readonly labels: readonly string[];
  readonly scopes: readonly KeyScope[];
  /** First characters of the key, so that its owner recognises it. */
  readonly hint: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number | null;
  readonly revokedAtMs: number | null;
  /** When it was last shown to a gateway, to the minute; null for never. */
  readonly lastUsedAtMs: number | null;
  readonly rotatedAtMs: number | null;
  /** Until when the secret before the last rotation is good; null where there is none. */
  readonly previousUntilMs: number | null;
}

export function toClientKey(row: Omit<KeyTable, 'hash' | 'previous_hash'>): ClientKey {
  return {
    keyId: row.key_id,
    name: row.name,
    domain: row.domain,
    owner: row.owner,
    project: row.project,
    labels: row.labels,
    scopes: row.scopes,
    hint: row.hint,
    createdAtMs: row.created_at.getTime(),
    expiresAtMs: row.expires_at?.getTime() ?? null,
    revokedAtMs: row.revoked_at?.getTime() ?? null,
    lastUsedAtMs: row.last_used_at?.getTime() ?? null,
    rotatedAtMs: row.rotated_at?.getTime() ?? null,
    previousUntilMs: row.previous_until?.getTime() ?? null,
  };
}

/** All but the hashes. */
export const KEY_COLUMNS = [
  'key_id',
  'hint',
  'name',
  'domain',
  'owner',
  'project',
  'labels',
  'scopes',
  'created_at',
  'expires_at',
  'revoked_at',
  'last_used_at',
  'rotated_at',
  'previous_until',
] as const;
