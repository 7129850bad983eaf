import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import { type SessionFilter, toSessionPieces } from './session-pieces.ts';
import type { TimeRange } from './usage-source.ts';

/** As many models as a report has groups. */
const MODELS_MAX = 1_000;

/** How many sessions had a request of each model in the range; `''` where the model is not known. */
export async function countModelSessions(
  { db }: Pick<Storage, 'db'>,
  { filter, ...range }: TimeRange & { readonly filter: SessionFilter },
): Promise<ReadonlyMap<string, number>> {
  // Grouped twice, since counting what is distinct would sort all pieces.
  const found = await sql<{ model: string; sessions: number }>`
    select model, count(*) as sessions
    from (
      select model, session_id
      from (${toSessionPieces(range, filter)}) as pieces
      group by model, session_id
    ) as once
    group by model
    limit ${MODELS_MAX}`.execute(db);
  return new Map(found.rows.map(({ model, sessions }) => [model, sessions]));
}
