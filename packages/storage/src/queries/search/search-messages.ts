import type { Search } from '@nexus/core';
import { type Expression, type ExpressionBuilder, sql, type SqlBool } from 'kysely';
import { unpackBytes } from '../../codec/codec.ts';
import type { Database, MessageSearchTable } from '../../schema.ts';
import { toWordQuery } from '../../search/word-vector.ts';
import type { Storage } from '../../storage.ts';

export type SearchRole = MessageSearchTable['role'];

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

/** Where a page ended. */
export interface SearchCursor {
  /** Only where hits stand by their rank. */
  readonly rank?: number | undefined;
  readonly saidAtMs: number;
  readonly place: number;
  readonly textHash: string;
}

export interface WordSearchInput {
  readonly search: Search;
  readonly scope: SearchScope;
  /** `time`: what was said last comes first; `rank`: what fits best, among what was said last. */
  readonly order: 'time' | 'rank';
  readonly before?: SearchCursor | undefined;
  readonly limit: number;
}

/** A message that says what was looked for. */
export interface SearchHit {
  readonly payloadId: string;
  readonly textHash: string;
  /** Epoch milliseconds. */
  readonly saidAtMs: number;
  /** Among what was said at the same time: its place in the body that carried it first. */
  readonly place: number;
  /** The first request that carried it, or that it answers. */
  readonly requestId: string;
  readonly startedAtMs: number;
  readonly isAnswer: boolean;
  readonly domain: string;
  readonly role: SearchRole;
  readonly tools: readonly string[];
  /** Its beginning, as much as is searched. */
  readonly text: string;
  /** Characters of the whole text. */
  readonly textLength: number;
  readonly rank: number | null;
}

export interface SearchPage {
  readonly hits: readonly SearchHit[];
  /** Null on the last page. */
  readonly next: SearchCursor | null;
}

/** Of a word that is everywhere, the hits that are compared with each other by how well they fit. */
export const RANKED_MAX = 2_000;

/** Messages that say certain words, one keyset page, by the index of words. */
export async function searchWords(storage: Pick<Storage, 'db'>, input: WordSearchInput): Promise<SearchPage> {
  const query = input.order === 'time' ? toWordsByTime(storage, input) : toWordsByRank(storage, input);
  const rows = await query.execute();
  const hits = rows.slice(0, input.limit).map(toHit);
  const last = rows.length > input.limit ? hits.at(-1) : undefined;
  return { hits, next: last === undefined ? null : toCursor(last) };
}

export function toCursor({ saidAtMs, place, textHash, rank }: SearchHit): SearchCursor {
  return { saidAtMs, place, textHash, ...(rank === null ? {} : { rank }) };
}

export function toWordsByTime({ db }: Pick<Storage, 'db'>, input: WordSearchInput) {
  return db
    .selectFrom('message_search as m')
    .select(HIT_COLUMNS)
    .select(sql<number | null>`null::real`.as('rank'))
    .where((eb) => eb.and([toWordCondition(input.search), ...toConditions(eb, input.scope, input.before)]))
    .orderBy('said_at', 'desc')
    .orderBy('place', 'desc')
    .orderBy('text_hash', 'desc')
    .limit(input.limit + 1);
}

/** Longer messages say more of everything: their length counts against them (1, of the weights of `ts_rank_cd`). */
function toWordsByRank({ db }: Pick<Storage, 'db'>, { search, scope, before, limit }: WordSearchInput) {
  const rank = sql<number>`ts_rank_cd(words, ${toWordQuery(search)}::tsquery, 1)`;
  return db
    .with('latest', (cte) =>
      cte
        .selectFrom('message_search as m')
        .selectAll('m')
        .where((eb) => eb.and([toWordCondition(search), ...toConditions(eb, scope, undefined)]))
        .orderBy('said_at', 'desc')
        .limit(RANKED_MAX),
    )
    .with('ranked', (cte) => cte.selectFrom('latest').select(HIT_COLUMNS).select(rank.as('rank')))
    .selectFrom('ranked')
    .selectAll()
    .where(() =>
      before?.rank === undefined
        ? sql<boolean>`true`
        : sql<boolean>`(rank, said_at, place, text_hash) < (${before.rank}::real, ${new Date(before.saidAtMs)}::timestamptz, ${before.place}::integer, ${before.textHash}::uuid)`,
    )
    .orderBy('rank', 'desc')
    .orderBy('said_at', 'desc')
    .orderBy('place', 'desc')
    .orderBy('text_hash', 'desc')
    .limit(limit + 1);
}

/** Latest first, whatever they say: what a search for parts of words goes through. */
export function toMessagesByTime(
  { db }: Pick<Storage, 'db'>,
  { scope, before, limit }: Pick<WordSearchInput, 'scope' | 'before' | 'limit'>,
) {
  return db
    .selectFrom('message_search as m')
    .select(HIT_COLUMNS)
    .select(sql<number | null>`null::real`.as('rank'))
    .where((eb) => eb.and(toConditions(eb, scope, before)))
    .orderBy('said_at', 'desc')
    .orderBy('place', 'desc')
    .orderBy('text_hash', 'desc')
    .limit(limit);
}

/** All but the words, which are as long as the text and of use in the index alone. */
const HIT_COLUMNS = [
  'payload_id',
  'text_hash',
  'said_at',
  'place',
  'request_id',
  'started_at',
  'is_answer',
  'domain',
  'role',
  'tools',
  'text_length',
  'codec',
  'data',
] as const satisfies readonly (keyof MessageSearchTable)[];

type HitRow = Pick<MessageSearchTable, (typeof HIT_COLUMNS)[number]> & { readonly rank: number | null };

export function toHit(row: HitRow): SearchHit {
  return {
    payloadId: row.payload_id,
    textHash: row.text_hash,
    saidAtMs: row.said_at.getTime(),
    place: row.place,
    requestId: row.request_id,
    startedAtMs: row.started_at.getTime(),
    isAnswer: row.is_answer,
    domain: row.domain,
    role: row.role,
    tools: row.tools,
    text: unpackBytes(row).toString('utf8'),
    textLength: row.text_length,
    rank: row.rank,
  };
}

export function toWordCondition(search: Search): Expression<SqlBool> {
  return sql<boolean>`words @@ ${toWordQuery(search)}::tsquery`;
}

type SearchBuilder = ExpressionBuilder<Database & { readonly m: MessageSearchTable }, 'm'>;

function toConditions(eb: SearchBuilder, scope: SearchScope, before: SearchCursor | undefined): Expression<SqlBool>[] {
  const conditions: Expression<SqlBool>[] = [eb('role', 'in', scope.roles), NOT_SAID_BEFORE];
  if (scope.tool !== undefined) conditions.push(sql<boolean>`tools @> array[${scope.tool}]::text[]`);
  if (scope.domain !== undefined) conditions.push(eb('domain', '=', scope.domain));
  if (scope.payloadIds !== undefined) conditions.push(eb('payload_id', '=', eb.fn.any(eb.val([...scope.payloadIds]))));
  if (scope.fromMs !== undefined) conditions.push(eb('said_at', '>=', new Date(scope.fromMs)));
  if (scope.toMs !== undefined) conditions.push(eb('said_at', '<', new Date(scope.toMs)));
  if (before !== undefined) {
    const position = eb.tuple(new Date(before.saidAtMs), before.place, before.textHash);
    conditions.push(eb(eb.refTuple('said_at', 'place', 'text_hash'), '<', position));
  }
  return conditions;
}

/** A conversation that goes on in another month has its earlier messages there too: only the first is the message. */
const NOT_SAID_BEFORE = sql<boolean>`not exists (
  select
  from message_search as earlier
  where earlier.payload_id = m.payload_id
    and earlier.month < m.month
    and earlier.text_hash = m.text_hash
)`;
