import type { AuditEntry } from '@nexus/storage';
import type { Actor, Context } from '../context.ts';

/** A change, as the operation that makes it tells of it. */
export type Change = Pick<AuditEntry, 'verb' | 'noun' | 'nounId'> & Partial<Pick<AuditEntry, 'domain' | 'detail'>>;

/** The entry of a change that the caller of this context makes now. */
export function toAuditEntry(
  { actor, clock, newId }: Pick<Context, 'actor' | 'clock' | 'newId'>,
  change: Change,
): AuditEntry {
  return {
    auditId: newId(),
    atMs: clock(),
    actor: actor.kind,
    actorId: toActorId(actor),
    domain: null,
    detail: {},
    ...change,
  };
}

function toActorId(actor: Actor): string | null {
  switch (actor.kind) {
    case 'person':
      return actor.sessionId;
    case 'key':
      return actor.keyId;
    case 'local-cli':
    case 'dashboard-key':
      return actor.user ?? null;
    default:
      return actor satisfies never;
  }
}
