import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';

/** How far what was said can be searched. */
export interface SearchProgress {
  /** Requests that wait to be read; counted up to `WAITING_MAX`. */
  readonly waitingRequests: number;
  /** When the one that waits longest began; epoch milliseconds, null where none waits. */
  readonly waitingSinceMs: number | null;
  /** The first month that can be searched, as an instant in epoch milliseconds; null where the search is off. */
  readonly fromMs: number | null;
  /** Tables and indexes of the search. */
  readonly bytes: number;
}

/** More are not counted one by one. */
const WAITING_MAX = 100_000;

/** Reads the queue by its index and sizes from the catalogue. */
export async function loadSearchProgress({ db }: Pick<Storage, 'db'>): Promise<SearchProgress> {
  const [queue, months] = await Promise.all([
    sql<{ waiting: number; since: Date | null }>`
      select
        (select count(*) from (select from search_queue limit ${WAITING_MAX}) as q)::bigint as waiting,
        (select min(started_at) from search_queue) as since`.execute(db),
    sql<{ bytes: number; first: string | null }>`
      select
        (
          coalesce(sum(pg_total_relation_size(c.oid)), 0) + pg_total_relation_size('search_queue')
        )::bigint as bytes,
        min(substring(c.relname from '_(\\d{4}_\\d{2})$')) as first
      from pg_inherits as i
      join pg_class as c on c.oid = i.inhrelid
      where i.inhparent in ('message_search'::regclass, 'message_search_slice'::regclass)`.execute(db),
  ]);
  const { waiting, since } = queue.rows[0] ?? { waiting: 0, since: null };
  const { bytes, first } = months.rows[0] ?? { bytes: 0, first: null };
  return {
    waitingRequests: waiting,
    waitingSinceMs: since?.getTime() ?? null,
    fromMs: first === null ? null : Date.parse(`${first.replace('_', '-')}-01T00:00:00Z`),
    bytes,
  };
}
