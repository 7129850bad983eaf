import { type Expression, sql, type SqlBool } from 'kysely';
import type { Storage } from '../../storage.ts';
import { and, NOT_SAID_BEFORE, type SearchScope, toPlaceCondition, toScopeConditions } from './search-conditions.ts';
import { HIT_COLUMNS, type SearchCursor } from './search-hit.ts';

export interface MessagesByTime {
  readonly scope: SearchScope;
  readonly before?: SearchCursor | undefined;
  readonly limit: number;
}

/** Latest first, whatever they say: what a search for parts of words goes through. */
export function toMessagesByTime(storage: Pick<Storage, 'db'>, { scope, before, limit }: MessagesByTime) {
  return toLatestFirst(
    storage,
    and([NOT_SAID_BEFORE, ...toScopeConditions(scope), ...toPlaceCondition(before)]),
    limit,
  );
}

/** The `limit` messages under `condition` that were said last, the latest first. */
export function toLatestFirst({ db }: Pick<Storage, 'db'>, condition: Expression<SqlBool>, limit: number) {
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
