import type { Search } from '@nexus/core';
import { type Expression, sql, type SqlBool } from 'kysely';
import { unpackBytes } from '../../codec/codec.ts';
import type { MessageSearchTable } from '../../schema.ts';
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

/** Messages that say certain words, one keyset page. */
export async function searchWords(storage: Pick<Storage, 'db'>, input: WordSearchInput): Promise<SearchPage> {
  const few = await findFew(storage, input);
  const query = few === null ? toWalk(storage, input) : toHitsOf(storage, input, few);
  const rows = await query.execute();
  const hits = rows.slice(0, input.limit).map(toHit);
  const last = rows.length > input.limit ? hits.at(-1) : undefined;
  return { hits, next: last === undefined ? null : toCursor(last) };
}

export function toCursor({ saidAtMs, place, textHash, rank }: SearchHit): SearchCursor {
  return { saidAtMs, place, textHash, ...(rank === null ? {} : { rank }) };
}

/** What so many messages say is found by the index of words and then put in order; what more say, by going through them. */
const FEW_MAX = 2_000;

type MessageKey = Pick<MessageSearchTable, 'payload_id' | 'month' | 'text_hash' | 'said_at' | 'place'>;

/**
 * The messages that say it, in no order, or null where they are many. Asked apart, and with no other way to plan it than
 * by the index: where a page of a few hits is wanted, PostgreSQL expects to meet them soon by going through everything
 * said last. For a word that one of 200,000 messages says it went through all of them, in 757 ms (bench/search).
 */
function findFew({ db }: Pick<Storage, 'db'>, input: WordSearchInput): Promise<MessageKey[] | null> {
  return db.transaction().execute(async (transaction) => {
    await FORCE_INDEX.execute(transaction);
    const keys = await toFewQuery({ db: transaction }, input).execute();
    return keys.length > FEW_MAX ? null : dropRepeats(keys);
  });
}

/** Exported for the test that looks at its plan. */
export const FORCE_INDEX = sql`set local enable_seqscan = off; set local enable_indexscan = off`;

export function toFewQuery({ db }: Pick<Storage, 'db'>, { search, scope, before, order }: WordSearchInput) {
  return db
    .selectFrom('message_search as m')
    .select(['payload_id', 'month', 'text_hash', 'said_at', 'place'])
    .where(
      and([
        toWordCondition(search),
        ...toScopeConditions(scope),
        ...(order === 'time' ? toPlaceCondition(before) : []),
      ]),
    )
    .limit(FEW_MAX + 1);
}

/** A conversation that goes on in another month has its earlier messages there too: only the first is the message. */
function dropRepeats(keys: readonly MessageKey[]): MessageKey[] {
  const first = new Map<string, MessageKey>();
  for (const key of keys) {
    const id = `${key.payload_id}${key.text_hash}`;
    const known = first.get(id);
    if (known === undefined || key.month < known.month) first.set(id, key);
  }
  return [...first.values()];
}

function toHitsOf(storage: Pick<Storage, 'db'>, input: WordSearchInput, keys: readonly MessageKey[]) {
  if (input.order === 'rank') return toBestFirst(storage, input, toKeyCondition(keys));
  const page = keys.toSorted(compareLatestFirst).slice(0, input.limit + 1);
  return toLatestFirst(storage, toKeyCondition(page), input.limit + 1);
}

function toWalk(storage: Pick<Storage, 'db'>, input: WordSearchInput) {
  const { search, scope, before, limit, order } = input;
  const all = and([toWordCondition(search), NOT_SAID_BEFORE, ...toScopeConditions(scope)]);
  if (order === 'rank') return toBestFirst(storage, input, all);
  return toLatestFirst(storage, and([all, ...toPlaceCondition(before)]), limit + 1);
}

function toLatestFirst({ db }: Pick<Storage, 'db'>, condition: Expression<SqlBool>, limit: number) {
  return db
    .selectFrom('message_search as m')
    .select(HIT_COLUMNS)
    .select(sql<number | null>`null::real`.as('rank'))
    .where(condition)
    .orderBy('said_at', 'desc')
    .orderBy('place', 'desc')
    .orderBy('text_hash', 'desc')
    .limit(limit);
}

/** Longer messages say more of everything: their length counts against them (1, of the weights of `ts_rank_cd`). */
function toBestFirst(
  { db }: Pick<Storage, 'db'>,
  { search, before, limit }: WordSearchInput,
  condition: Expression<SqlBool>,
) {
  const rank = sql<number | null>`ts_rank_cd(words, ${toWordQuery(search)}::tsquery, 1)`;
  return db
    .with('latest', (cte) =>
      cte.selectFrom('message_search as m').selectAll('m').where(condition).orderBy('said_at', 'desc').limit(FEW_MAX),
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

function toKeyCondition(keys: readonly MessageKey[]): Expression<SqlBool> {
  return sql<boolean>`(payload_id, month, text_hash) in (
    select payload_id, month, text_hash
    from unnest(
      ${keys.map((key) => key.payload_id)}::uuid[],
      ${keys.map((key) => key.month)}::date[],
      ${keys.map((key) => key.text_hash)}::uuid[]
    ) as k (payload_id, month, text_hash)
  )`;
}

/** As the index by time has them, backwards. */
function compareLatestFirst(a: MessageKey, b: MessageKey): number {
  const apart = b.said_at.getTime() - a.said_at.getTime() || b.place - a.place;
  if (apart !== 0) return apart;
  return a.text_hash < b.text_hash ? 1 : -1;
}

/** Latest first, whatever they say: what a search for parts of words goes through. */
export function toMessagesByTime(
  storage: Pick<Storage, 'db'>,
  { scope, before, limit }: Pick<WordSearchInput, 'scope' | 'before' | 'limit'>,
) {
  return toLatestFirst(
    storage,
    and([NOT_SAID_BEFORE, ...toScopeConditions(scope), ...toPlaceCondition(before)]),
    limit,
  );
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

function and(conditions: readonly Expression<SqlBool>[]): Expression<SqlBool> {
  return sql<boolean>`${sql.join(conditions, sql` and `)}`;
}

function toScopeConditions(scope: SearchScope): Expression<SqlBool>[] {
  const { roles, tool, domain, payloadIds, fromMs, toMs } = scope;
  const conditions: Expression<SqlBool>[] = [sql<boolean>`role = any(${[...roles]}::text[])`];
  if (tool !== undefined) conditions.push(sql<boolean>`tools @> array[${tool}]::text[]`);
  if (domain !== undefined) conditions.push(sql<boolean>`domain = ${domain}`);
  if (payloadIds !== undefined) conditions.push(sql<boolean>`payload_id = any(${[...payloadIds]}::uuid[])`);
  if (fromMs !== undefined) conditions.push(sql<boolean>`said_at >= ${new Date(fromMs)}`);
  if (toMs !== undefined) conditions.push(sql<boolean>`said_at < ${new Date(toMs)}`);
  return conditions;
}

function toPlaceCondition(before: SearchCursor | undefined): Expression<SqlBool>[] {
  if (before === undefined) return [];
  const { saidAtMs, place, textHash } = before;
  return [
    sql<boolean>`(said_at, place, text_hash) < (${new Date(saidAtMs)}::timestamptz, ${place}::integer, ${textHash}::uuid)`,
  ];
}

/** A conversation that goes on in another month has its earlier messages there too: only the first is the message. */
const NOT_SAID_BEFORE = sql<boolean>`not exists (
  select
  from message_search as earlier
  where earlier.payload_id = m.payload_id
    and earlier.month < m.month
    and earlier.text_hash = m.text_hash
)`;
