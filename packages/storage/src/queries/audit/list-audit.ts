import type { AuditTable } from '../../schema.ts';
import type { Storage } from '../../storage.ts';
import { type Keyset, toKeysetPage } from '../keyset.ts';
import type { AuditEntry } from './insert-audit.ts';

export interface AuditListInput {
  readonly noun?: string | undefined;
  readonly nounId?: string | undefined;
  readonly before?: Keyset | undefined;
  readonly limit: number;
}

export interface AuditPage {
  readonly entries: AuditEntry[];
  /** Null on the last page. */
  readonly next: Keyset | null;
}

/** Changes, newest first, one keyset page: a walk backwards along an index that ends in (at, audit_id). */
export async function listAudit({ db }: Pick<Storage, 'db'>, input: AuditListInput): Promise<AuditPage> {
  let query = db.selectFrom('audit').selectAll();
  if (input.noun !== undefined) query = query.where('noun', '=', input.noun);
  if (input.nounId !== undefined) query = query.where('noun_id', '=', input.nounId);
  const { before } = input;
  if (before) {
    query = query.where((eb) => eb(eb.refTuple('at', 'audit_id'), '<', eb.tuple(new Date(before.atMs), before.id)));
  }
  const found = await query
    .orderBy('at', 'desc')
    .orderBy('audit_id', 'desc')
    .limit(input.limit + 1)
    .execute();
  const { rows, next } = toKeysetPage(found, input.limit, (row) => ({ atMs: row.at.getTime(), id: row.audit_id }));
  return { entries: rows.map(toEntry), next };
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
