import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import { type TimeRange, toSourceRows, type UsageFilter } from './usage-source.ts';
import { SUMS, type UsageTotals } from './usage-sums.ts';

/** Sums to the millisecond, from the requests themselves: a window of hours holds few of them, and the key finds them. */
export async function loadUsageWindow(
  { db }: Pick<Storage, 'db'>,
  { filter, ...range }: TimeRange & { readonly filter: UsageFilter },
): Promise<UsageTotals> {
  const found = await sql<UsageTotals>`
    select ${SUMS}
    from (${toSourceRows('usage', range, filter)}) as source`.execute(db);
  const [totals] = found.rows;
  if (!totals) throw new Error('an aggregate without groups gives one row');
  return totals;
}
