import type { HealthState } from '@nexus/core';
import type { Storage } from '../../storage.ts';

/** How one account is, as some process found out. */
export interface SavedAccountState {
  readonly accountId: string;
  readonly state: HealthState;
}

/** Keeps what `changedBy` (a UUID, one a process) found out; of two that found out, the later one stays. */
export async function saveAccountStates(
  { pool }: Pick<Storage, 'pool'>,
  states: readonly SavedAccountState[],
  changedBy: string,
): Promise<void> {
  // Sorted, so that two processes never wait for each other in a circle.
  const sorted = states.toSorted((one, other) => (one.accountId < other.accountId ? -1 : 1));
  const ids = sorted.map(({ accountId }) => accountId);
  const texts = sorted.map(({ state }) => JSON.stringify(state));
  await pool.query(UPSERT, [ids, texts, changedBy]);
}

const UPSERT = `
  insert into account_state (account_id, state, changed_at, changed_by)
  select given.account_id, given.state::jsonb, clock_timestamp(), $3::uuid
  from unnest($1::text[], $2::text[]) as given (account_id, state)
  on conflict (account_id) do update
  set state = excluded.state, changed_at = excluded.changed_at, changed_by = excluded.changed_by`;
