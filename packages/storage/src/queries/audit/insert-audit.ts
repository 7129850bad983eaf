import type { ClientBase, Pool } from 'pg';
import { tellChange } from '../../changes/tell-change.ts';
import type { AuditTable } from '../../schema.ts';

/** One change that somebody made. Never holds a secret or what was said. */
export interface AuditEntry {
  readonly auditId: string;
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** The kind of who it was, such as `person` or `local-cli`. */
  readonly actor: string;
  readonly actorId: string | null;
  readonly verb: string;
  readonly noun: string;
  readonly nounId: string;
  readonly domain: string | null;
  readonly detail: AuditDetail;
}

/** What else is worth knowing of a change; shown as it is. */
export type AuditDetail = AuditTable['detail'];

/** Writes an entry by the connection of the change's own transaction, and tells who watches of the change. */
export async function insertAudit(client: ClientBase | Pool, entry: AuditEntry): Promise<void> {
  await client.query(INSERT, [
    entry.auditId,
    new Date(entry.atMs),
    entry.actor,
    entry.actorId,
    entry.verb,
    entry.noun,
    entry.nounId,
    entry.domain,
    JSON.stringify(entry.detail),
  ]);
  await tellChange(client, entry.noun);
}

const INSERT = `
  insert into audit (audit_id, at, actor, actor_id, verb, noun, noun_id, domain, detail)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`;
