import { REQUEST_KINDS } from '@nexus/anthropic';
import { z } from 'zod';
import { ACCOUNT_OPERATIONS } from './account-operations.ts';
import { ANALYTICS_OPERATIONS } from './analytics-operations.ts';
import { AUDIT_OPERATIONS } from './audit-operations.ts';
import { CACHE_OPERATIONS } from './cache-operations.ts';
import { BUDGET_OPERATIONS } from './budget-operations.ts';
import { CONVERSATION_OPERATIONS } from './conversation-operations.ts';
import { KEY_OPERATIONS } from './key-operations.ts';
import { LIMIT_OPERATIONS } from './limit-operations.ts';
import { LIST_FILTERS, TIME_SPAN, toPageInput } from './list-input.ts';
import { type OperationDeclaration, SCOPES } from './operation-declaration.ts';
import { REQUEST_DOUBTS, RequestDetail, RequestSummary } from './request-shapes.ts';
import { SEARCH_OPERATIONS, SearchProgress } from './search-operations.ts';
import { TUNNEL_OPERATIONS } from './tunnel-operations.ts';
import { USAGE_OPERATIONS } from './usage-operations.ts';
import { WINDOW_OPERATIONS } from './window-operations.ts';

const Empty = z.strictObject({});

export const OPERATIONS = {
  'request.list': {
    method: 'GET',
    path: '/api/requests',
    scope: 'read',
    about: 'Recorded requests, newest first, one keyset page at a time.',
    input: z.strictObject({
      ...LIST_FILTERS,
      conversationId: z.guid().optional(),
      kind: z.enum(REQUEST_KINDS).optional(),
      /** An exact status, a class (`4xx`), or an outcome group (`error`, `ok`). */
      status: z
        .string()
        .regex(/^(\d{3}|[1-5]xx|ok|error)$/, 'use a status such as 429, a class such as 4xx, ok or error')
        .optional(),
      /** No price, or that of its family; no final count, or one that cannot be true. */
      doubt: z.enum(REQUEST_DOUBTS).optional(),
      ...TIME_SPAN,
      ...toPageInput({ limit: 100, limitMax: 500 }),
    }),
    output: z.strictObject({ requests: z.array(RequestSummary), nextCursor: z.string().nullable() }),
  },
  'request.get': {
    method: 'GET',
    path: '/api/requests/:requestId',
    scope: 'content',
    about: 'One request: facts, phase timings, masked headers, and both bodies rebuilt.',
    input: z.strictObject({ requestId: z.uuid() }),
    output: RequestDetail,
  },
  'request.raw': {
    method: 'GET',
    path: '/api/requests/:requestId/raw',
    scope: 'content',
    about: 'The exact bytes of one body as they passed, with its content type and encoding.',
    input: z.strictObject({
      requestId: z.uuid(),
      part: z.enum(['request', 'response']).default('request'),
    }),
  },
  ...CONVERSATION_OPERATIONS,
  ...ACCOUNT_OPERATIONS,
  ...TUNNEL_OPERATIONS,
  ...SEARCH_OPERATIONS,
  'domain.list': {
    method: 'GET',
    path: '/api/domains',
    scope: 'read',
    about: 'Domains seen, with what passed through them in the last seven days.',
    input: Empty,
    output: z.strictObject({
      domains: z.array(
        z.strictObject({
          domain: z.string(),
          requestCount: z.int(),
          errorCount: z.int(),
          lastSeenAt: z.iso.datetime().nullable(),
          /** Whether a credential file, the default key, or nothing of ours serves it. */
          credential: z.enum(['file', 'wildcard', 'default', 'none']),
        }),
      ),
    }),
  },
  'storage.stats': {
    method: 'GET',
    path: '/api/storage-stats',
    scope: 'read',
    about: 'How much is stored, how well it is deduplicated, and what waits or was dropped.',
    input: Empty,
    output: z.strictObject({
      requestCount: z.int(),
      rawBytes: z.int(),
      storedBytes: z.int(),
      factsBytes: z.int(),
      payloadBytes: z.int(),
      rollupBytes: z.int(),
      dedupRatio: z.number().nullable(),
      oldestAt: z.iso.datetime().nullable(),
      /** First day of the oldest month that bodies may be of; null where none are kept. */
      payloadSince: z.iso.date().nullable(),
      /** For how many days what is kept; 0 for ever. */
      retention: z.strictObject({ payloadDays: z.int(), factsDays: z.int(), linksDays: z.int() }),
      search: SearchProgress.extend({ bytes: z.int() }),
      recorder: z.strictObject({
        state: z.enum(['writing', 'spooling', 'dropping-payload', 'off']),
        queuedRecords: z.int(),
        spoolBytes: z.int(),
        spoolBytesMax: z.int(),
        droppedPayloads: z.int(),
        droppedRecords: z.int(),
        lastWriteAt: z.iso.datetime().nullable(),
        lastProblem: z.string().nullable(),
      }),
    }),
  },
  ...KEY_OPERATIONS,
  ...LIMIT_OPERATIONS,
  ...BUDGET_OPERATIONS,
  ...USAGE_OPERATIONS,
  ...CACHE_OPERATIONS,
  ...ANALYTICS_OPERATIONS,
  ...WINDOW_OPERATIONS,
  ...AUDIT_OPERATIONS,
  'me.get': {
    method: 'GET',
    path: '/api/me',
    scope: 'read',
    about: 'Who the caller is to this gateway, and what the caller may do.',
    input: Empty,
    output: z.strictObject({
      kind: z.enum(['dashboard-key', 'person', 'local-cli', 'key']),
      scopes: z.array(z.enum(SCOPES)),
      /** When the session of the cookie ends; null where the caller sent a key. */
      signedInUntil: z.iso.datetime().nullable(),
      /** The base URL for clients such as Claude Code, as the gateway knows it; a proxy in front has its own. */
      proxyUrl: z.url(),
      /** Whether a client is let in with a key alone. */
      keysRequired: z.boolean(),
    }),
  },
} as const satisfies Record<string, OperationDeclaration>;

export type OperationName = keyof typeof OPERATIONS;
export type OperationInput<N extends OperationName> = z.output<(typeof OPERATIONS)[N]['input']>;
/** What a caller writes: defaults may be left out. */
export type OperationArguments<N extends OperationName> = z.input<(typeof OPERATIONS)[N]['input']>;
export type OperationOutput<N extends OperationName> = (typeof OPERATIONS)[N] extends {
  output: infer S extends z.ZodType;
}
  ? z.output<S>
  : RawBody;

/** The answer of an operation that gives bytes. */
export interface RawBody {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly contentEncoding: string | null;
}
