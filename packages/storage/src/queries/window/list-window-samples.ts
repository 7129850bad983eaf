import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import { toShare } from './list-windows.ts';

/** What was told of a window at an instant (epoch milliseconds), where it was not what was told before. */
export interface KeptSample {
  readonly accountId: string;
  readonly name: string;
  readonly atMs: number;
  readonly usedShare: number | null;
  readonly isRejected: boolean;
  readonly isWarned: boolean;
  readonly resetsAtMs: number | null;
}

const SAMPLES_MAX = 20_000;

/** Samples since `sinceMs`, oldest first; of all accounts where none is named. */
export async function listWindowSamples(
  { db }: Pick<Storage, 'db'>,
  input: { readonly accountId?: string | undefined; readonly name?: string | undefined; readonly sinceMs: number },
): Promise<readonly KeptSample[]> {
  const all = db
    .selectFrom('window_sample')
    .selectAll()
    .where('seen_at', '>=', new Date(input.sinceMs))
    .$if(input.accountId !== undefined, (query) => query.where('account_id', '=', input.accountId ?? ''))
    .$if(input.name !== undefined, (query) => query.where('name', '=', input.name ?? ''))
    // The latest are those that count where there are too many.
    .orderBy('seen_at', 'desc')
    .limit(SAMPLES_MAX);
  const found = await all.execute();
  return found.toReversed().map((row) => ({
    accountId: row.account_id,
    name: row.name,
    atMs: row.seen_at.getTime(),
    usedShare: toShare(row.used_millionths),
    isRejected: row.rejected,
    isWarned: row.warned,
    resetsAtMs: row.resets_at?.getTime() ?? null,
  }));
}

/** Instants (epoch milliseconds, ascending) at which Claude warned an account of a limit. */
export async function listWarnings(
  { db }: Pick<Storage, 'db'>,
  input: { readonly accountId: string; readonly sinceMs: number },
): Promise<readonly number[]> {
  const found = await sql<{ at: Date }>`
    select seen_at as at
    from window_sample
    where account_id = ${input.accountId} and seen_at >= ${new Date(input.sinceMs)} and warned
    order by seen_at
    limit ${SAMPLES_MAX}`.execute(db);
  return found.rows.map((row) => row.at.getTime());
}
