import type { Storage } from '../../storage.ts';
import type { SharedKind, SharedState } from './save-shared-states.ts';

export interface ChangedStates {
  readonly states: readonly SharedState[];
  /** Give it back the next time; null where nothing was ever written. Epoch milliseconds of the database's clock. */
  readonly changedAtMs: number | null;
}

export interface ChangedAsk {
  readonly kind: SharedKind;
  /** Null for everything, one's own too. */
  readonly sinceMs: number | null;
  /** Whose own writing is left out (a UUID). */
  readonly reader: string;
}

/** A commit may become visible later than one with a later instant: what is this young is read again. */
const OVERLAP_MS = 2_000;
const STATES_MAX = 10_000;

/** What others wrote of one kind since the last look, the oldest first. */
export async function loadSharedStates(
  { db }: Pick<Storage, 'db'>,
  { kind, sinceMs, reader }: ChangedAsk,
): Promise<ChangedStates> {
  const all = db.selectFrom('shared_state').select(['id', 'state', 'changed_at']).where('kind', '=', kind);
  const rows = await (
    sinceMs === null
      ? all
      : all.where('changed_at', '>', new Date(sinceMs - OVERLAP_MS)).where('changed_by', '<>', reader)
  )
    .orderBy('changed_at')
    .limit(STATES_MAX)
    .execute();
  return {
    states: rows.map(({ id, state }) => ({ id, state })),
    changedAtMs: rows.at(-1)?.changed_at.getTime() ?? sinceMs,
  };
}
