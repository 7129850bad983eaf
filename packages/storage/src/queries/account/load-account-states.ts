import type { Storage } from '../../storage.ts';
import type { SavedAccountState } from './save-account-states.ts';

export interface ChangedAccountStates {
  readonly states: readonly SavedAccountState[];
  /** Give it back the next time; null where nothing was ever written. Epoch milliseconds of the database's clock. */
  readonly changedAtMs: number | null;
}

/** A commit may become visible later than one with a later instant: what is this young is read again. */
const OVERLAP_MS = 2_000;
const STATES_MAX = 10_000;

/** What others than `reader` wrote since `sinceMs`; with null, everything, one's own too. */
export async function loadAccountStates(
  { db }: Pick<Storage, 'db'>,
  reader: string,
  sinceMs: number | null,
): Promise<ChangedAccountStates> {
  const all = db.selectFrom('account_state').select(['account_id', 'state', 'changed_at']);
  const rows = await (
    sinceMs === null
      ? all
      : all.where('changed_at', '>', new Date(sinceMs - OVERLAP_MS)).where('changed_by', '<>', reader)
  )
    .orderBy('changed_at')
    .limit(STATES_MAX)
    .execute();
  return {
    states: rows.map(({ account_id: accountId, state }) => ({ accountId, state })),
    changedAtMs: rows.at(-1)?.changed_at.getTime() ?? sinceMs,
  };
}
