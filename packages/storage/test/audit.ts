import type { AuditEntry } from '../src/index.ts';
import { NOON_MS } from './record.ts';

/** Somebody's change. */
export function buildAudit(changes: Partial<AuditEntry> = {}): AuditEntry {
  return {
    auditId: crypto.randomUUID(),
    atMs: NOON_MS,
    actor: 'person',
    actorId: 'a-session',
    verb: 'delete',
    noun: 'conversation',
    nounId: 'a-conversation',
    domain: null,
    detail: {},
    ...changes,
  };
}
