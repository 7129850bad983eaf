import { inTransaction } from '../../in-transaction.ts';
import type { Storage } from '../../storage.ts';
import { type AuditEntry, insertAudit } from '../audit/insert-audit.ts';
import { putLimit, type TrafficLimits } from '../limit/save-limit.ts';
import type { ClientKey } from './key-row.ts';

export interface NewKey extends Pick<
  ClientKey,
  'keyId' | 'name' | 'domain' | 'owner' | 'project' | 'labels' | 'scopes' | 'hint' | 'createdAtMs' | 'expiresAtMs'
> {
  /** Hex of the keyed hash of the key; the key itself never comes here. */
  readonly hash: string;
  /** Null for none of its own. */
  readonly limits: TrafficLimits | null;
}

/** Stores a new client key with its limits, and who made it. */
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
  });
}

const INSERT = `
  insert into key (key_id, hash, hint, name, domain, created_at, expires_at, owner, project, labels, scopes)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`;
