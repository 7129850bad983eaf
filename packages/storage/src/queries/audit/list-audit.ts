import type { AuditTable } from '../../schema.ts';
import type { Storage } from '../../storage.ts';
import type { AuditEntry } from './insert-audit.ts';

/** Where a page ended: the next one holds only what is older. */
export interface AuditCursor {
  readonly atMs: number;
  readonly auditId: string;
}

export interface AuditListInput {
  readonly noun?: string | undefined;
  readonly nounId?: string | undefined;
  readonly before?: AuditCursor | undefined;
  readonly limit: number;
}

export interface AuditPage {
  readonly entries: AuditEntry[];
  /** Null on the last page. */
  readonly next: AuditCursor | null;
}

/** Changes, newest first, one keyset page: a walk backwards along an index that ends in (at, audit_id). */
export async function listAudit({ db }: Pick<Storage, 'db'>, input: AuditListInput): Promise<AuditPage> {
  let query = db.selectFrom('audit').selectAll();
  if (input.noun !== undefined) query = query.where('noun', '=', input.noun);
  if (input.nounId !== undefined) query = query.where('noun_id', '=', input.nounId);
  const { before } = input;
  if (before) {
    query = query.where((eb) =>
      eb(eb.refTuple('at', 'audit_id'), '<', eb.tuple(new Date(before.atMs), before.auditId)),
    );
  }
  const rows = await query
    .orderBy('at', 'desc')
    .orderBy('audit_id', 'desc')
    .limit(input.limit + 1)
    .execute();
  const entries = rows.slice(0, input.limit).map(toEntry);
  const last = entries.at(-1);
  const hasMore = rows.length > input.limit && last !== undefined;
  return { entries, next: hasMore ? { atMs: last.atMs, auditId: last.auditId } : null };
}

function toEntry(row: AuditTable): AuditEntry {
  return {
    auditId: row.audit_id,
    atMs: row.at.getTime(),
    actor: row.actor,
    actorId: row.actor_id,
    verb: row.verb,
    noun: row.noun,
    nounId: row.noun_id,
    domain: row.domain,
    detail: row.detail,
  };
}
