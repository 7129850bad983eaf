import type { ClientBase } from 'pg';

/** A turn whose use of the prompt cache is to be looked at. */
export interface TurnKey {
  readonly accountId: string;
  readonly requestId: string;
  readonly startedAtMs: number;
}

/**
 * Remembers turns to be looked at, in the transaction that writes them: no process has to tell another, and none is forgotten.
 * A turn that waits already is looked at as it stands then.
 */
export async function queueTurns(
  client: ClientBase,
  { turns, prepared }: { readonly turns: readonly TurnKey[]; readonly prepared: boolean },
): Promise<void> {
  if (turns.length === 0) return;
  const sorted = turns.toSorted((left, right) => (left.requestId < right.requestId ? -1 : 1));
  const values = [
    sorted.map(({ accountId }) => accountId),
    sorted.map(({ requestId }) => requestId),
    sorted.map(({ startedAtMs }) => new Date(startedAtMs)),
  ];
  await client.query(prepared ? { name: 'queue_turns', text: QUEUE, values } : { text: QUEUE, values });
}

const QUEUE = `
  insert into cache_queue (account_id, request_id, started_at, queued_at)
  select account_id, request_id, started_at, clock_timestamp()
  from unnest($1::text[], $2::uuid[], $3::timestamptz[]) as k (account_id, request_id, started_at)
  on conflict (account_id, request_id) do update
  set queued_at = excluded.queued_at`;
