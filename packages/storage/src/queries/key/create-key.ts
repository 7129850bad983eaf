import type { PoolClient } from 'pg';
import { inTransaction } from '../../in-transaction.ts';
import type { KeyTable } from '../../schema.ts';
import type { Storage } from '../../storage.ts';
import { type AuditEntry, insertAudit } from '../audit/insert-audit.ts';
import { putLimit, type TrafficLimits } from '../limit/save-limit.ts';
import { type ClientKey, toClientKey } from './key-row.ts';

export interface NewKey extends Pick<
  ClientKey,
  'keyId' | 'name' | 'domain' | 'owner' | 'project' | 'labels' | 'scopes' | 'hint' | 'createdAtMs' | 'expiresAtMs'
> {
  /** Hex of the keyed hash of the key; the key itself never comes here. */
  readonly hash: string;
  /** Null for none of its own. */
  readonly limits: TrafficLimits | null;
  /** Makes it also where a key of this name works for this domain already. */
  readonly allowsSameName?: boolean;
}

/**
 * Stores a new client key with its limits, and who made it. Gives the key that has its name and its domain already and still
 * works, and then makes none; null where it was made.
 */
export async function createKey(
  { pool }: Pick<Storage, 'pool'>,
  key: NewKey,
  audit: AuditEntry,
): Promise<ClientKey | null> {
  return inTransaction(pool, async (client) => {
    const same = key.allowsSameName === true ? null : await findSameName(client, key);
    if (same !== null) return same;
    await client.query(INSERT, [
      key.keyId,
      Buffer.from(key.hash, 'hex'),
      key.hint,
      key.name,
      key.domain,
      new Date(key.createdAtMs),
      key.expiresAtMs === null ? null : new Date(key.expiresAtMs),
      key.owner,
      key.project,
      key.labels,
      key.scopes,
    ]);
    if (key.limits !== null) {
      const subject = { kind: 'key', subject: key.keyId } as const;
      await putLimit(client, { subject, limits: key.limits, changedAtMs: key.createdAtMs });
    }
    await insertAudit(client, audit);
    return null;
  });
}

async function findSameName(client: PoolClient, { name, domain, createdAtMs }: NewKey): Promise<ClientKey | null> {
  // Two who make one name at once would each see none.
  await client.query('select pg_advisory_xact_lock($1, hashtext($2))', [NAME_LOCK, name]);
  const found = await client.query<KeyTable>(FIND_SAME_NAME, [name, domain, new Date(createdAtMs)]);
  const [row] = found.rows;
  return row === undefined ? null : toClientKey(row);
}

/** "keys" in ASCII; the second number is the name's. */
const NAME_LOCK = 0x6b657973;

const FIND_SAME_NAME = `
  select *
  from key
  where name = $1
    and domain is not distinct from $2
    and revoked_at is null
    and (expires_at is null or expires_at > $3)
  order by created_at desc
  limit 1`;

const INSERT = `
  insert into key (key_id, hash, hint, name, domain, created_at, expires_at, owner, project, labels, scopes)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`;
