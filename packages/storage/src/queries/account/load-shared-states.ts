import type { Storage } from '../../storage.ts';
import type { SharedKind, SharedState } from './save-shared-states.ts';

export interface ChangedStates {
  readonly states: readonly ChangedState[];
  /** Give it back the next time; null where nothing was ever written. Epoch milliseconds of the database's clock. */
  readonly changedAtMs: number | null;
}

export interface ChangedState extends SharedState {
  readonly kind: string;
}

export interface ChangedAsk {
  /** Null for everything, one's own too. */
  readonly sinceMs: number | null;
  /** Whose own writing is left out (a UUID). */
  readonly reader: string;
}

/** A commit may become visible later than one with a later instant: what is this young is read again. */
const OVERLAP_MS = 2_000;
const STATES_MAX = 20_000;
const KINDS = ['account', 'upstream', 'place'] satisfies readonly SharedKind[];

/** What others wrote since the last look, of all kinds in one question, since every process asks it all the time. */
export async function loadSharedStates(
  { db }: Pick<Storage, 'db'>,
  { sinceMs, reader }: ChangedAsk,
): Promise<ChangedStates> {
  const all = db.selectFrom('shared_state').select(['kind', 'id', 'state', 'changed_at']).where('kind', 'in', KINDS);
  const rows = await (
    sinceMs === null
      ? all
      : all.where('changed_at', '>', new Date(sinceMs - OVERLAP_MS)).where('changed_by', '<>', reader)
  )
    .orderBy('changed_at')
    .limit(STATES_MAX)
    .execute();
  return {
    states: rows.map(({ kind, id, state }) => ({ kind, id, state })),
    changedAtMs: rows.at(-1)?.changed_at.getTime() ?? sinceMs,
  };
}
