import type { Storage } from '../../storage.ts';

/** What the data plane needs to know a caller by its key. */
export interface KeyHash {
  readonly keyId: string;
  /** Hex. */
  readonly hash: string;
  readonly domain: string | null;
  readonly expiresAtMs: number | null;
}

const KEYS_MAX = 100_000;

/** Every key that is not revoked and not expired at `nowMs`. Small enough to be read whole each second. */
export async function loadKeyHashes({ db }: Pick<Storage, 'db'>, nowMs: number): Promise<KeyHash[]> {
  const rows = await db
    .selectFrom('key')
    .select(['key_id', 'hash', 'domain', 'expires_at'])
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', new Date(nowMs))]))
    .limit(KEYS_MAX)
    .execute();
  return rows.map((row) => ({
    keyId: row.key_id,
    hash: row.hash.toString('hex'),
    domain: row.domain,
    expiresAtMs: row.expires_at?.getTime() ?? null,
  }));
}
