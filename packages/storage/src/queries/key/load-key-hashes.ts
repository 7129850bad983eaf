import type { KeyScope } from '../../schema.ts';
import type { Storage } from '../../storage.ts';

/** What the data plane needs to know a caller by its key. A key that was just rotated is there twice. */
export interface KeyHash {
  readonly keyId: string;
  /** Hex. */
  readonly hash: string;
  readonly domain: string | null;
  readonly owner: string | null;
  readonly project: string | null;
  readonly scopes: readonly KeyScope[];
  readonly expiresAtMs: number | null;
}

const KEYS_MAX = 100_000;

/** Every secret that is not revoked and not expired at `nowMs`. Small enough to be read whole each second. */
export async function loadKeyHashes({ db }: Pick<Storage, 'db'>, nowMs: number): Promise<KeyHash[]> {
  const rows = await db
    .selectFrom('key')
    .select(['key_id', 'hash', 'domain', 'owner', 'project', 'scopes', 'expires_at', 'previous_hash', 'previous_until'])
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', new Date(nowMs))]))
    .limit(KEYS_MAX)
    .execute();
  return rows.flatMap((row) => {
    const { owner, project, scopes, domain } = row;
    const expiresAtMs = row.expires_at?.getTime() ?? null;
    const known = { keyId: row.key_id, hash: row.hash.toString('hex'), domain, owner, project, scopes, expiresAtMs };
    const previousUntilMs = row.previous_until?.getTime() ?? 0;
    if (row.previous_hash === null || previousUntilMs <= nowMs) return [known];
    const untilMs = Math.min(previousUntilMs, expiresAtMs ?? Infinity);
    return [known, { ...known, hash: row.previous_hash.toString('hex'), expiresAtMs: untilMs }];
  });
}
