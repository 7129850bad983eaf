import type { ClientBase } from 'pg';

/**
 * Takes a payload of which something was deleted out of the search, and queues what is left of it to be read anew: that
 * is as rare as deleting, and needs no account of who carried what. The queue first, since whoever reads of it holds its rows.
 */
export async function forgetSearched(client: ClientBase, payloadId: string): Promise<void> {
  for (const table of ['search_queue', 'message_search', 'message_search_slice']) {
    await client.query(`delete from ${table} where payload_id = $1`, [payloadId]);
  }
  await client.query(
    `insert into search_queue (payload_id, request_id, started_at)
     select payload_id, request_id, started_at
     from request_body
     where payload_id = $1
     on conflict do nothing`,
    [payloadId],
  );
}
