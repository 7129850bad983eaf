import { type RawBuilder, sql } from 'kysely';
import type { CacheTurnTable } from '../../cache-tables.ts';
import type { Storage } from '../../storage.ts';
import { findRequestRange } from '../request/request-time.ts';
import { type TimeRange, toFilter, type UsageFilter } from '../usage/usage-source.ts';

/** What the prompt cache did for a turn; money in nano-dollars, null where the price is not known. */
export interface CacheTurn {
  readonly requestId: string;
  /** The turn that it was compared with. */
  readonly parentRequestId: string | null;
  readonly verdict: string;
  /** What goes with the verdict. */
  readonly detail: CacheTurnTable['detail'];
  readonly readableTokens: number;
  readonly lostTokens: number;
  readonly lostNano: number | null;
}

/** One turn, or null where it was not looked at yet, or is none. */
export async function findCacheTurn(storage: Pick<Storage, 'db'>, requestId: string): Promise<CacheTurn | null> {
  const range = findRequestRange(requestId);
  if (range === null) return null;
  const found = await sql<CacheTurn>`
    select ${COLUMNS}
    from cache_turn as t
    where t.started_at >= ${range.from} and t.started_at <= ${range.to} and t.request_id = ${requestId}`.execute(
    storage.db,
  );
  return found.rows[0] ?? null;
}

/** The turns of some requests, by their primary key. */
export async function listCacheTurns(
  { db }: Pick<Storage, 'db'>,
  requests: readonly { readonly requestId: string; readonly accountId: string | null; readonly startedAtMs: number }[],
): Promise<readonly CacheTurn[]> {
  if (requests.length === 0) return [];
  const found = await sql<CacheTurn>`
    select ${COLUMNS}
    from unnest(
      ${requests.map(({ accountId }) => accountId ?? '')}::text[],
      ${requests.map(({ startedAtMs }) => new Date(startedAtMs))}::timestamptz[],
      ${requests.map(({ requestId }) => requestId)}::uuid[]
    ) as k (account_id, started_at, request_id)
    join cache_turn as t
      on t.account_id = k.account_id and t.started_at = k.started_at and t.request_id = k.request_id`.execute(db);
  return found.rows;
}

export interface CacheMiss extends CacheTurn {
  readonly startedAt: Date;
  /** Null where the request is gone. */
  readonly conversationId: string | null;
  readonly model: string;
  readonly userId: string;
  readonly projectId: string;
}

/** The turns that lost most, the dearest first. */
export async function listCacheMisses(
  { db }: Pick<Storage, 'db'>,
  { fromMs, toMs, filter, limit }: TimeRange & { readonly filter: UsageFilter; readonly limit: number },
): Promise<readonly CacheMiss[]> {
  const found = await sql<CacheMiss>`
    select
      ${COLUMNS},
      t.started_at as "startedAt",
      r.conversation_id as "conversationId",
      t.model,
      t.user_id as "userId",
      t.project_id as "projectId"
    from (
      select *
      from cache_turn
      where lost_tokens > 0 and lost_nano is not null
        and started_at >= ${new Date(fromMs)} and started_at < ${new Date(toMs)}
        ${toFilter(filter)}
      order by lost_nano desc
      limit ${limit}
    ) as t
    left join request as r on r.started_at = t.started_at and r.request_id = t.request_id
    order by t.lost_nano desc, t.request_id`.execute(db);
  return found.rows;
}

const COLUMNS: RawBuilder<unknown> = sql`
  t.request_id as "requestId",
  t.parent_request_id as "parentRequestId",
  t.verdict,
  t.detail,
  t.readable_tokens as "readableTokens",
  t.lost_tokens as "lostTokens",
  t.lost_nano as "lostNano"`;
