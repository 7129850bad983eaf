import type { Search } from '@nexus/core';
import { type Expression, sql, type SqlBool } from 'kysely';
import type { MessageSearchTable } from '../../schema.ts';
import { toWordQuery } from '../../search/word-vector.ts';
import type { Storage } from '../../storage.ts';
import { toLatestFirst } from './messages-by-time.ts';
import {
  and,
  NOT_SAID_BEFORE,
  type SearchScope,
  toPlaceCondition,
  toScopeConditions,
  toWordCondition,
} from './search-conditions.ts';
import { HIT_COLUMNS, type SearchCursor, type SearchPage, toCursor, toHit } from './search-hit.ts';

export interface WordSearchInput {
  readonly search: Search;
  readonly scope: SearchScope;
  /** `time`: what was said last comes first; `rank`: what fits best, among what was said last. */
  readonly order: 'time' | 'rank';
  readonly before?: SearchCursor | undefined;
  readonly limit: number;
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
