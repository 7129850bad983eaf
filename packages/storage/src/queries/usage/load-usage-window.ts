import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import { cutRange, type TimeRange, toSourceRows, type UsageFilter } from './usage-source.ts';
import { SUMS, type UsageTotals } from './usage-sums.ts';

/** Sums to the millisecond: whole hours and days from their sums, and an hour's worth of requests at the ends. */
export async function loadUsageWindow(
  { db }: Pick<Storage, 'db'>,
  { filter, ...range }: TimeRange & { readonly filter: UsageFilter },
): Promise<UsageTotals> {
  const found = await sql<UsageTotals>`
    select ${SUMS}
    from (${toSourceRows(cutRange(range), filter)}) as source`.execute(db);
  const [totals] = found.rows;
  if (!totals) throw new Error('an aggregate without groups gives one row');
  return totals;
}
