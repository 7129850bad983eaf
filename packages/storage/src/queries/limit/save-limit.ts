import type { PoolClient } from 'pg';
import { inTransaction } from '../../in-transaction.ts';
import type { SubjectKind } from '../../limit-tables.ts';
import type { Storage } from '../../storage.ts';
import { type AuditEntry, insertAudit } from '../audit/insert-audit.ts';

/** Whom a limit or a budget is about; the subject of `global` is `*`. */
export interface LimitSubject {
  readonly kind: SubjectKind;
  readonly subject: string;
}

/** How much one subject may ask for; null is no limit. */
export interface TrafficLimits {
  readonly requestsPerMinute: number | null;
  readonly inputTokensPerMinute: number | null;
  readonly outputTokensPerMinute: number | null;
  readonly concurrent: number | null;
}

export interface SavedLimit {
  readonly subject: LimitSubject;
  readonly limits: TrafficLimits;
  /** Epoch milliseconds. */
  readonly changedAtMs: number;
}

/** Sets the limits of a subject in place of those before; without any the subject has none of its own. */
export async function saveLimit({ pool }: Pick<Storage, 'pool'>, limit: SavedLimit, audit: AuditEntry): Promise<void> {
  await inTransaction(pool, async (client) => {
    const isNone = Object.values(limit.limits).every((value) => value === null);
    if (isNone) await client.query(DELETE, [limit.subject.kind, limit.subject.subject]);
    else await putLimit(client, limit);
    await insertAudit(client, audit);
  });
}

/** The same inside a transaction of the caller. */
export async function putLimit(client: PoolClient, { subject, limits, changedAtMs }: SavedLimit): Promise<void> {
  await client.query(UPSERT, [
    subject.kind,
    subject.subject,
    limits.requestsPerMinute,
    limits.inputTokensPerMinute,
    limits.outputTokensPerMinute,
    limits.concurrent,
    new Date(changedAtMs),
  ]);
}

const DELETE = `
  delete from traffic_limit
  where subject_kind = $1 and subject = $2`;

const UPSERT = `
  insert into traffic_limit (
    subject_kind, subject, requests_per_minute, input_tokens_per_minute, output_tokens_per_minute, concurrent, changed_at
  )
  values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (subject_kind, subject) do update
  set requests_per_minute = excluded.requests_per_minute,
      input_tokens_per_minute = excluded.input_tokens_per_minute,
      output_tokens_per_minute = excluded.output_tokens_per_minute,
      concurrent = excluded.concurrent,
      changed_at = excluded.changed_at`;
