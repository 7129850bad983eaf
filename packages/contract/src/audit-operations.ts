import { z } from 'zod';
import { toPageInput } from './list-input.ts';
import type { OperationDeclaration } from './operation-declaration.ts';

/** One change that somebody made. */
export const AuditEntry = z
  .strictObject({
    auditId: z.uuid(),
    at: z.iso.datetime(),
    /** The kind of who it was: `person`, `dashboard-key`, `local-cli` or `key`. */
    actor: z.string(),
    /**
     * The session of a person, the id of a key, the account on the machine; for `dashboard-key` who the caller said to be in
     * `x-nexus-user`, which nobody has checked. Null where nothing is known.
     */
    actorId: z.string().nullable(),
    verb: z.string(),
    noun: z.string(),
    nounId: z.string(),
    domain: z.string().nullable(),
    detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).readonly(),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof AuditEntry>;

/** What can be asked of the audit. */
export const AUDIT_OPERATIONS = {
  'audit.list': {
    method: 'GET',
    path: '/api/audit',
    scope: 'read',
    about: 'Who changed what, newest first, one keyset page at a time.',
    input: z.strictObject({
      /** Only changes of such things, such as `conversation` or `key`. */
      noun: z.string().max(50).optional(),
      /** Only changes of this one. */
      nounId: z.string().max(200).optional(),
      ...toPageInput({ limit: 50, limitMax: 200 }),
    }),
    output: z.strictObject({ entries: z.array(AuditEntry), nextCursor: z.string().nullable() }),
  },
} as const satisfies Record<string, OperationDeclaration>;
