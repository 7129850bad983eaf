import { type RawBuilder, sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import type { UsageStepUnit } from '../usage/load-steps.ts';
import type { UsageGroup } from '../usage/load-usage-report.ts';
import { type TimeRange, toFilter, type UsageFilter } from '../usage/usage-source.ts';

/** What turns lost for want of the prompt cache; money in nano-dollars. */
export interface CacheTotals {
  readonly turnCount: number;
  readonly lostTokens: number;
  readonly lostNano: number;
  /** Turns whose loss `lostNano` leaves out, because nobody knows its price. */
  readonly unpricedCount: number;
}

export interface CacheReportInput extends TimeRange {
  readonly filter: UsageFilter;
  readonly step: UsageStepUnit;
  /** Beginnings of the steps, epoch milliseconds; they tell how fine the source must be. */
  readonly steps: readonly number[];
  /** A name of the tz database. */
  readonly tz: string;
}

export interface CacheReportRow extends CacheTotals {
  readonly at: Date;
  readonly verdict: string;
}

export interface CacheGroupRow extends CacheTotals {
  readonly group: string;
  /** Turns that lost something. */
  readonly missCount: number;
}

/** Steps in which there were turns, by what the cache did for them; oldest first. */
export async function loadCacheReport(
  { db }: Pick<Storage, 'db'>,
  input: CacheReportInput,
): Promise<readonly CacheReportRow[]> {
  const at =
    input.step === 'all'
      ? sql`${new Date(input.fromMs)}::timestamptz`
      : sql`date_trunc(${input.step}, at, ${input.tz})`;
  // Added up before the calendar is asked: it is slower than adding, and a day has thousands of rows.
  const found = await sql<CacheReportRow>`
    select ${at} as at, verdict, ${SUMS}
    from (
      select
        at,
        verdict,
        sum(turn_count) as turn_count,
        sum(lost_tokens) as lost_tokens,
        sum(lost_nano) as lost_nano,
        sum(unpriced_count) as unpriced_count
      from (${toSource(input)}) as source
      group by 1, 2
    ) as summed
    group by 1, 2
    having sum(turn_count) <> 0
    order by 1, 2`.execute(db);
  return found.rows;
}

/** What usage can be split by, and the column of each; turns were all answered, so there is no more to split by. */
const GROUP_COLUMNS: Readonly<Partial<Record<UsageGroup, string>>> = {
  domain: 'domain',
  accountId: 'account_id',
  keyId: 'key_id',
  userId: 'user_id',
  projectId: 'project_id',
  model: 'model',
  kind: 'kind',
};

/** Groups over all steps, those first that lost most. */
export async function loadCacheGroups(
  { db }: Pick<Storage, 'db'>,
  { by, ...input }: CacheReportInput & { readonly by: UsageGroup },
): Promise<readonly CacheGroupRow[]> {
  const column = GROUP_COLUMNS[by];
  if (column === undefined) return [];
  const found = await sql<CacheGroupRow>`
    select
      ${sql.ref(column)} as "group",
      ${SUMS},
      coalesce(sum(turn_count) filter (where lost_tokens > 0), 0)::bigint as "missCount"
    from (${toSource(input)}) as source
    group by 1
    having sum(turn_count) <> 0
    order by "lostNano" desc, 1`.execute(db);
  return found.rows;
}

const SUMS = sql`
  coalesce(sum(turn_count), 0)::bigint as "turnCount",
  coalesce(sum(lost_tokens), 0)::bigint as "lostTokens",
  coalesce(sum(lost_nano), 0)::bigint as "lostNano",
  coalesce(sum(unpriced_count), 0)::bigint as "unpricedCount"`;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Zones that are no whole hours from UTC are added up from the turns themselves: right, and slower. */
function toSource({ steps, fromMs, toMs, filter }: Omit<CacheReportInput, 'step' | 'tz'>): RawBuilder<unknown> {
  const fits = (stepMs: number): boolean => [...steps, fromMs, toMs].every((atMs) => atMs % stepMs === 0);
  if (!fits(HOUR_MS)) {
    return sql`
      select *, started_at as at, 1 as turn_count, (lost_tokens > 0 and lost_nano is null)::integer as unpriced_count
      from cache_turn
      where started_at >= ${new Date(fromMs)} and started_at < ${new Date(toMs)}
        ${toFilter(filter)}`;
  }
  return sql`
    select *
    from ${sql.table(fits(DAY_MS) ? 'cache_day' : 'cache_hour')}
    where at >= ${new Date(fromMs)} and at < ${new Date(toMs)}
      ${toFilter(filter)}`;
}
