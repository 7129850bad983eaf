import type { Search } from '@nexus/core';
import { type Expression, sql, type SqlBool } from 'kysely';
import { toWordQuery } from '../../search/word-vector.ts';
import type { SearchCursor, SearchRole } from './search-hit.ts';

/** Whose words are searched, and when they were said. */
export interface SearchScope {
  readonly roles: readonly SearchRole[];
  /** Name of a tool that the message calls, or gives the result of. */
  readonly tool?: string | undefined;
  readonly domain?: string | undefined;
  /** Only what these payloads hold. */
  readonly payloadIds?: readonly string[] | undefined;
  /** Said at or after; epoch milliseconds. */
  readonly fromMs?: number | undefined;
  /** Said before; epoch milliseconds. */
  readonly toMs?: number | undefined;
}

/** What says the words that are looked for. */
export function toWordCondition(search: Search): Expression<SqlBool> {
  return sql<boolean>`words @@ ${toWordQuery(search)}::tsquery`;
}

export function toScopeConditions(scope: SearchScope): Expression<SqlBool>[] {
  const { roles, tool, domain, payloadIds, fromMs, toMs } = scope;
  const conditions: Expression<SqlBool>[] = [sql<boolean>`role = any(${[...roles]}::text[])`];
  if (tool !== undefined) conditions.push(sql<boolean>`tools @> array[${tool}]::text[]`);
  if (domain !== undefined) conditions.push(sql<boolean>`domain = ${domain}`);
  if (payloadIds !== undefined) conditions.push(sql<boolean>`payload_id = any(${[...payloadIds]}::uuid[])`);
  if (fromMs !== undefined) conditions.push(sql<boolean>`said_at >= ${new Date(fromMs)}`);
  if (toMs !== undefined) conditions.push(sql<boolean>`said_at < ${new Date(toMs)}`);
  return conditions;
}

/** What comes behind `before`, where the latest comes first. */
export function toPlaceCondition(before: SearchCursor | undefined): Expression<SqlBool>[] {
  if (before === undefined) return [];
  const { saidAtMs, place, textHash } = before;
  return [
    sql<boolean>`(said_at, place, text_hash) < (${new Date(saidAtMs)}::timestamptz, ${place}::integer, ${textHash}::uuid)`,
  ];
}

/** A conversation that goes on in another month has its earlier messages there too: only the first is the message. */
export const NOT_SAID_BEFORE = sql<boolean>`not exists (
  select
  from message_search as earlier
  where earlier.payload_id = m.payload_id
    and earlier.month < m.month
    and earlier.text_hash = m.text_hash
)`;

/** All of them together; there is at least one. */
export function and(conditions: readonly Expression<SqlBool>[]): Expression<SqlBool> {
  return sql<boolean>`${sql.join(conditions, sql` and `)}`;
}
