import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import { cutRange, type TimeRange, toSourceRows, type UsageFilter } from './usage-source.ts';
import { SUM_COLUMNS, type UsageSumName, type UsageTotals } from './usage-sums.ts';

export interface UsageWindowInput<Name extends UsageSumName> extends TimeRange {
  readonly filter: UsageFilter;
  /** What is asked for; nothing else is added up. */
  readonly sums: readonly Name[];
}

/** Sums to the millisecond: whole hours and days from their sums, and an hour's worth of requests at the ends. */
export async function loadUsageWindow<Name extends UsageSumName>(
  { db }: Pick<Storage, 'db'>,
  { filter, sums, ...range }: UsageWindowInput<Name>,
): Promise<Pick<UsageTotals, Name>> {
  const columns = sums.map((name) => SUM_COLUMNS[name]);
  const named = sums.map((name) => `coalesce(sum(${SUM_COLUMNS[name]}), 0)::bigint as "${name}"`);
  const found = await sql<Pick<UsageTotals, Name>>`
    select ${sql.raw(named.join(', '))}
    from (${toSourceRows({ pieces: cutRange(range), filter, columns })}) as source`.execute(db);
  const [totals] = found.rows;
  if (!totals) throw new Error('an aggregate without groups gives one row');
  return totals;
}
