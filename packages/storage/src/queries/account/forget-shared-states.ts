import type { Storage } from '../../storage.ts';
import type { SharedKind } from './save-shared-states.ts';

/** Deletes what nobody told of for so many seconds. */
export async function forgetSharedStates(
  { pool }: Pick<Storage, 'pool'>,
  kind: SharedKind,
  olderThanSeconds: number,
): Promise<void> {
  await pool.query(FORGET, [kind, olderThanSeconds]);
}

const FORGET = `
  delete from shared_state
  where kind = $1
    and changed_at < clock_timestamp() - make_interval(secs => $2)`;
