import type { ClientBase } from 'pg';
import { inTransaction } from '../in-transaction.ts';
import { ADVISORY_LOCKS } from '../migrations/advisory-locks.ts';
import { type Month, toMonth } from '../migrations/month.ts';
import type { MessageSearchTable } from '../schema.ts';
import type { Storage } from '../storage.ts';
import type { InsertRows } from '../writer/insert-rows.ts';
import { MESSAGE_SEARCH_SHAPE, MESSAGE_SEARCH_SLICE_SHAPE } from './insert-shapes.ts';
import { type QueuedRequest, readBatch, type RepeatedSlices, toTextKey } from './read-batch.ts';
import { toUuid } from './to-uuid.ts';

export interface FillWorld {
  readonly storage: Storage;
  readonly insert: InsertRows;
  /** Months that can be searched; what is queued of others is let go. */
  readonly months: ReadonlySet<Month>;
}

export interface FilledBatch {
  readonly requests: number;
  readonly texts: number;
  /** Requests whose bodies are damaged. */
  readonly unreadable: readonly string[];
}

/**
 * Reads the bodies of the `requestsMax` requests that wait longest, and makes what they say searchable, in one
 * transaction. Null where another process is at it. Repeating a request changes nothing.
 */
export function fillBatch(world: FillWorld, requestsMax: number): Promise<FilledBatch | null> {
  return inTransaction(world.storage.pool, async (client) => {
    const lock = await client.query<{ locked: boolean }>(
      `select pg_try_advisory_xact_lock(${ADVISORY_LOCKS.search}) as locked`,
    );
    if (lock.rows[0]?.locked !== true) return null;
    const batch = await readBatch(world, await takeQueued(client, requestsMax));
    await world.insert(client, MESSAGE_SEARCH_SHAPE, sortTexts(batch.texts));
    await world.insert(client, MESSAGE_SEARCH_SLICE_SHAPE, batch.slices);
    for (const repeated of batch.repeated) await noteEarlier(client, repeated);
    await client.query(
      `delete from search_queue as q
       using unnest($1::uuid[], $2::uuid[]) as k (payload_id, request_id)
       where q.payload_id = k.payload_id and q.request_id = k.request_id`,
      [batch.done.map((row) => row.payload_id), batch.done.map((row) => row.request_id)],
    );
    return { requests: batch.done.length, texts: batch.texts.length, unreadable: batch.unreadable };
  });
}

/** Lets the request that waits longest go unread: its words cannot be stored. Gives its id. */
export async function skipFirst({ pool }: Pick<Storage, 'pool'>): Promise<string | null> {
  const gone = await pool.query<{ request_id: string }>(
    `delete from search_queue
     where (payload_id, request_id) in (
       select payload_id, request_id
       from search_queue
       order by started_at, request_id
       limit 1
     )
     returning request_id`,
  );
  return gone.rows[0]?.request_id ?? null;
}

/** Who deletes a conversation waits for these rows, and so deletes what is written here too; whom it has deleted is left to it. */
async function takeQueued(client: ClientBase, requestsMax: number): Promise<QueuedRequest[]> {
  const found = await client.query<QueuedRequest>(
    `select q.payload_id, q.request_id, q.started_at, r.domain, r.duration_ms, r.stream
     from search_queue as q
     left join request as r on r.started_at = q.started_at and r.request_id = q.request_id
     order by q.started_at, q.request_id
     limit $1
     for update of q skip locked`,
    [requestsMax],
  );
  return found.rows;
}

/** A request that was recorded late may have begun before those that were read: then it is who said it first. */
async function noteEarlier(client: ClientBase, { request, slices }: RepeatedSlices): Promise<void> {
  const { payload_id: payloadId, request_id: requestId, started_at: startedAt } = request;
  await client.query(
    `update message_search as m
     set said_at = $3, place = k.place, started_at = $3, request_id = $4, is_answer = false
     from message_search_slice as s
     join unnest($5::uuid[], $6::integer[]) as k (slice_hash, place) on k.slice_hash = s.slice_hash
     where s.payload_id = $1
       and s.month = $2
       and m.payload_id = s.payload_id
       and m.month = s.month
       and m.text_hash = s.text_hash
       and (m.started_at, m.request_id) > ($3, $4)`,
    [
      payloadId,
      toMonth(startedAt.getTime()),
      startedAt,
      requestId,
      slices.map(({ hash }) => toUuid(hash)),
      slices.map(({ index }) => index),
    ],
  );
}

/** In the order of the primary key, so that writers never wait in a ring. */
function sortTexts(texts: readonly MessageSearchTable[]): MessageSearchTable[] {
  return texts.toSorted((a, b) => (toTextKey(a) < toTextKey(b) ? -1 : 1));
}
