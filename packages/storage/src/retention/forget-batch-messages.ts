import type { ClientBase } from 'pg';

/** So many in one transaction. */
export const FORGET_MESSAGES_MAX = 10_000;

/** Claude gives out the results of a batch for 29 days after it was made; until then each must be known as counted. */
export const BATCH_MESSAGE_DAYS_MIN = 35;

/** Forgets messages of batches that were counted before `before`, in the open transaction. Gives how many. */
export async function forgetBatchMessages(client: ClientBase, before: Date): Promise<number> {
  const deleted = await client.query(FORGET, [before]);
  return deleted.rowCount ?? 0;
}

const FORGET = `
  delete from batch_message
  where message_id in (
    select message_id
    from batch_message
    where started_at < $1
    order by started_at
    limit ${FORGET_MESSAGES_MAX}
  )`;
