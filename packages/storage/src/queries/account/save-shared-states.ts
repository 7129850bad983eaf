import type { Storage } from '../../storage.ts';

/** What processes tell each other of: accounts, upstreams, and conversations that were moved to another account. */
export type SharedKind = 'account' | 'upstream' | 'place';

/** How one of a kind is, as some process found out; whoever reads it checks its shape. */
export interface SharedState {
  readonly id: string;
  readonly state: unknown;
}

/** Keeps what `changedBy` (a UUID, one a process) found out; of two that found out, the later one stays. */
export async function saveSharedStates(
  { pool }: Pick<Storage, 'pool'>,
  { kind, states, changedBy }: { kind: SharedKind; states: readonly SharedState[]; changedBy: string },
): Promise<void> {
  // Sorted, so that two processes never wait for each other in a circle.
  const sorted = states.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const ids = sorted.map(({ id }) => id);
  const texts = sorted.map(({ state }) => JSON.stringify(state));
  await pool.query(UPSERT, [kind, ids, texts, changedBy]);
}

const UPSERT = `
  insert into shared_state (kind, id, state, changed_at, changed_by)
  select $1, given.id, given.state::jsonb, clock_timestamp(), $4::uuid
  from unnest($2::text[], $3::text[]) as given (id, state)
  on conflict (kind, id) do update
  set state = excluded.state, changed_at = excluded.changed_at, changed_by = excluded.changed_by`;
