import { z } from 'zod';
import type { OperationDeclaration } from './operation-declaration.ts';
import { Format } from './usage-shapes.ts';

/** Whom limits and budgets are about. */
export const SUBJECT_KINDS = ['key', 'user', 'project', 'domain', 'global'] as const;

const Count = z.int().min(1).max(1_000_000_000);

/** How much may be asked for; null or absent is no limit. */
export const LimitValues = z
  .strictObject({
    requestsPerMinute: Count.nullable().default(null),
    /** Input that is read from the cache does not count, as it does not at Claude. */
    inputTokensPerMinute: Count.nullable().default(null),
    outputTokensPerMinute: Count.nullable().default(null),
    /** Exchanges in flight at once. */
    concurrent: Count.nullable().default(null),
  })
  .meta({ id: 'LimitValues' });

export const SubjectFields = {
  subjectKind: z.enum(SUBJECT_KINDS),
  /** Id of a key, owner, project or host name; `*` for `global`. */
  subject: z.string().trim().min(1).max(255),
};

const LimitSummary = z
  .strictObject({
    subjectKind: z.enum(SUBJECT_KINDS),
    subject: z.string(),
    limits: LimitValues,
    changedAt: z.iso.datetime(),
  })
  .meta({ id: 'LimitSummary' });
export type LimitSummary = z.infer<typeof LimitSummary>;

export const LIMIT_OPERATIONS = {
  'limit.list': {
    method: 'GET',
    path: '/api/traffic-limits',
    scope: 'read',
    about: 'Limits of requests, tokens and concurrency that were set for keys, users, projects, domains and everybody.',
    csv: 'limits',
    input: z.strictObject({ format: Format }),
    output: z.strictObject({
      limits: z.array(LimitSummary),
      /**
       * Through what all processes count together: `ok` through Redis; `away`: each by itself until it is back, or nobody,
       * as NEXUS_LIMITS_FAIL says; `off`: each by itself. Null where no gateway was asked.
       */
      redis: z.enum(['ok', 'away', 'off']).nullable(),
    }),
  },
  'limit.set': {
    method: 'POST',
    path: '/api/traffic-limits',
    scope: 'write',
    about:
      'Sets the limits of one subject in place of those before; every gateway on this database knows them at once.',
    input: z.strictObject({ ...SubjectFields, limits: LimitValues }),
    output: LimitSummary,
  },
} as const satisfies Record<string, OperationDeclaration>;
