import type { RequestKind } from '@nexus/anthropic';
import type { Link, RequestFacts } from '@nexus/core';
import { type Expression, type ExpressionBuilder, sql, type SqlBool } from 'kysely';
import type { Database, RequestTable } from '../../schema.ts';
import type { Storage } from '../../storage.ts';
import { type Keyset, toKeysetPage } from '../keyset.ts';
import { toFacts } from './to-facts.ts';
import { toRequestLink } from './to-request-link.ts';

/** One status, a class of statuses (4 for 4xx), everything that went well, or everything that broke. */
export type StatusFilter =
  | { readonly by: 'status'; readonly status: number }
  | { readonly by: 'class'; readonly hundreds: number }
  | { readonly by: 'ok' }
  | { readonly by: 'error' };

/** No price, or that of its family; no final count, or one that cannot be true. */
export type RequestDoubt = 'unpriced' | 'guessed' | 'estimated' | 'suspicious';

export interface RequestListInput {
  readonly domain?: string | undefined;
  readonly conversationId?: string | undefined;
  readonly accountId?: string | undefined;
  readonly keyId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly userId?: string | undefined;
  readonly project?: string | undefined;
  readonly model?: string | undefined;
  readonly kind?: RequestKind | undefined;
  readonly status?: StatusFilter | undefined;
  readonly doubt?: RequestDoubt | undefined;
  /** Inclusive, epoch milliseconds. */
  readonly fromMs?: number | undefined;
  /** Exclusive, epoch milliseconds. */
  readonly toMs?: number | undefined;
  readonly before?: Keyset | undefined;
  readonly limit: number;
}

/** A request of a list, with its place in its conversation. */
export interface ListedRequest extends RequestFacts {
  readonly link: Link;
}

export interface RequestPage {
  readonly requests: ListedRequest[];
  /** Null on the last page. */
  readonly next: Keyset | null;
}

/** Recorded requests, newest first, one keyset page. A caller that left is neither `ok` nor `error`. */
export async function listRequests(storage: Pick<Storage, 'db'>, input: RequestListInput): Promise<RequestPage> {
  const found = await toListQuery(storage, input).execute();
  const { rows, next } = toKeysetPage(found, input.limit, (row) => ({
    atMs: row.started_at.getTime(),
    id: row.request_id,
  }));
  return { requests: rows.map(toListed), next };
}

function toListed(row: RequestTable): ListedRequest {
  return { ...toFacts(row), link: toRequestLink(row) };
}

/**
 * The order is that of the index (started_at, request_id), so PostgreSQL walks the newest partition backwards and stops
 * after one page; the row comparison continues a page inside one millisecond. One row more tells whether a page follows.
 */
export function toListQuery({ db }: Pick<Storage, 'db'>, input: RequestListInput) {
  return db
    .selectFrom('request')
    .selectAll()
    .where((eb) => eb.and(toConditions(eb, input)))
    .orderBy('started_at', 'desc')
    .orderBy('request_id', 'desc')
    .limit(input.limit + 1);
}

type RequestBuilder = ExpressionBuilder<Database, 'request'>;

function toConditions(eb: RequestBuilder, input: RequestListInput): Expression<SqlBool>[] {
  const conditions: Expression<SqlBool>[] = [];
  if (input.domain !== undefined) conditions.push(eb('domain', '=', input.domain));
  if (input.conversationId !== undefined) conditions.push(eb('conversation_id', '=', input.conversationId));
  if (input.accountId !== undefined) conditions.push(eb('account_id', '=', input.accountId));
  if (input.keyId !== undefined) conditions.push(eb('key_id', '=', input.keyId));
  if (input.sessionId !== undefined) conditions.push(eb('session_id', '=', input.sessionId));
  if (input.userId !== undefined) conditions.push(eb('user_id', '=', input.userId));
  if (input.project !== undefined) conditions.push(eb('project', '=', input.project));
  if (input.model !== undefined) conditions.push(eb('model', '=', input.model));
  if (input.kind !== undefined) conditions.push(eb('kind', '=', input.kind));
  if (input.fromMs !== undefined) conditions.push(eb('started_at', '>=', new Date(input.fromMs)));
  if (input.toMs !== undefined) conditions.push(eb('started_at', '<', new Date(input.toMs)));
  if (input.before) {
    const position = eb.tuple(new Date(input.before.atMs), input.before.id);
    conditions.push(eb(eb.refTuple('started_at', 'request_id'), '<', position));
  }
  if (input.doubt !== undefined) conditions.push(DOUBTS[input.doubt]);
  if (input.status) conditions.push(...toStatusConditions(eb, input.status));
  return conditions;
}

/** Written out, so that the partial indexes can be used. */
const DOUBTS: Readonly<Record<RequestDoubt, Expression<SqlBool>>> = {
  unpriced: sql<boolean>`pricing = 'unpriced'`,
  guessed: sql<boolean>`pricing = 'guessed'`,
  estimated: sql<boolean>`usage_estimated`,
  suspicious: sql<boolean>`suspicious is not null`,
};

/** `completed` implies a status below 400, so asking for errors can use the index that leaves the completed out. */
function toStatusConditions(eb: RequestBuilder, filter: StatusFilter): Expression<SqlBool>[] {
  // Written out and not bound: a plan for a bound value could not use the partial index.
  const notCompleted = sql<boolean>`outcome <> 'completed'`;
  switch (filter.by) {
    case 'ok':
      return [eb('outcome', '=', 'completed')];
    case 'error':
      return [notCompleted, eb('outcome', '<>', 'aborted')];
    case 'status': {
      const exact = eb('status', '=', filter.status);
      return filter.status >= 400 ? [exact, notCompleted] : [exact];
    }
    case 'class': {
      const range = [eb('status', '>=', filter.hundreds * 100), eb('status', '<', filter.hundreds * 100 + 100)];
      return filter.hundreds >= 4 ? [...range, notCompleted] : range;
    }
    default:
      return filter satisfies never;
  }
}
