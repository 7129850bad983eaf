import { type RawBuilder, sql } from 'kysely';
import { USAGE_MINUTE_DAYS } from '../../retention/retention-rules.ts';
import { toInstants } from './to-instants.ts';
import type { SumColumn } from './usage-sums.ts';

/** What usage is narrowed to. */
export interface UsageFilter {
  readonly domain?: string | undefined;
  readonly accountId?: string | undefined;
  readonly keyId?: string | undefined;
  readonly userId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly model?: string | undefined;
  readonly kind?: string | undefined;
}

/** Epoch milliseconds; `toMs` is exclusive. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** A table of sums, or the requests themselves. */
export type UsageSource = 'usage_day' | 'usage_hour' | 'usage_minute' | 'usage';

/**
 * The coarsest source whose steps begin wherever `borders` (epoch milliseconds) lie. Minutes are kept for a month only, so
 * what needs them and is older is added up from the requests.
 */
export function chooseUsageSource(borders: readonly number[], nowMs: number): UsageSource {
  const fits = (stepMs: number) => borders.every((atMs) => atMs % stepMs === 0);
  if (fits(DAY_MS)) return 'usage_day';
  if (fits(HOUR_MS)) return 'usage_hour';
  const firstMs = Math.min(...borders);
  return fits(MINUTE_MS) && firstMs >= nowMs - USAGE_MINUTE_DAYS * DAY_MS ? 'usage_minute' : 'usage';
}

/** A part of a range, and where it is read from. */
export interface UsagePiece extends TimeRange {
  readonly source: UsageSource;
}

const HOURS_AND_DAYS = [
  { source: 'usage_day', stepMs: DAY_MS },
  { source: 'usage_hour', stepMs: HOUR_MS },
] as const;

/**
 * Cuts a range into whole days, whole hours and, to the millisecond, what is left of it: a month without borders at
 * midnight is still read as days, but for its ends.
 */
export function cutRange(range: TimeRange, coarsest = 0): UsagePiece[] {
  if (range.fromMs >= range.toMs) return [];
  const level = HOURS_AND_DAYS[coarsest];
  if (level === undefined) return [{ ...range, source: 'usage' }];
  const { source, stepMs } = level;
  const fromMs = Math.ceil(range.fromMs / stepMs) * stepMs;
  const toMs = Math.floor(range.toMs / stepMs) * stepMs;
  if (fromMs >= toMs) return cutRange(range, coarsest + 1);
  return [
    ...cutRange({ fromMs: range.fromMs, toMs: fromMs }, coarsest + 1),
    { fromMs, toMs, source },
    ...cutRange({ fromMs: toMs, toMs: range.toMs }, coarsest + 1),
  ];
}

const NO_PIECES: readonly UsagePiece[] = [{ source: 'usage_day', fromMs: 0, toMs: 0 }];

/** What the rows of a source can be split by. */
export type SplitColumn =
  | 'account_id'
  | 'domain'
  | 'key_id'
  | 'user_id'
  | 'project_id'
  | 'model'
  | 'kind'
  | 'outcome'
  | 'status_class';

export type SourceColumn = 'at' | SplitColumn | SumColumn;

export interface SourceRows {
  readonly pieces: readonly UsagePiece[];
  readonly filter: UsageFilter;
  /** None but those that are asked for: PostgreSQL takes longer to read what is written than to add up five hours. */
  readonly columns: readonly SourceColumn[];
}

/** Rows within the filter with columns of a roll-up, whatever they are read from; a text that is not known is empty. */
export function toSourceRows({ pieces, filter, columns }: SourceRows): RawBuilder<unknown> {
  const bySource = Map.groupBy(pieces.length === 0 ? NO_PIECES : pieces, ({ source }) => source);
  const parts = [...bySource].flatMap(([source, ranges]) =>
    toRanges(source, ranges, filter).map(
      (rows) => sql`select ${sql.raw(columns.map((column) => toColumn(source, column)).join(', '))} from ${rows}`,
    ),
  );
  return sql.join(parts, sql` union all `);
}

/** A range is planned best where it stands in the query, but a month of days has too many for that. */
const RANGES_MAX = 4;

/** What follows `from`, for each select. */
function toRanges(source: UsageSource, ranges: readonly TimeRange[], filter: UsageFilter): RawBuilder<unknown>[] {
  const table = sql.table(source);
  if (ranges.length <= RANGES_MAX) {
    return ranges.map((range) => sql`${table} where ${toTimes(source, range)} ${toFilter(filter)}`);
  }
  const time = toTime(source);
  return [
    sql`
      unnest(${toInstants(ranges.map(({ fromMs }) => fromMs))}, ${toInstants(ranges.map(({ toMs }) => toMs))}) as w (begins, ends)
      cross join lateral (
        select *
        from ${table}
        where ${time} >= w.begins and ${time} < w.ends ${toFilter(filter)}
        -- Keeps the planner from reading all of the table once instead of the index for each.
        offset 0
      ) as u`,
  ];
}

function toColumn(source: UsageSource, column: SourceColumn): string {
  const made = (source === 'usage' ? OF_REQUESTS : OF_SUMS)[column];
  return made === undefined ? column : `${made} as ${column}`;
}

/** Whether a row of a source lies in the range. */
export function toTimes(source: UsageSource, { fromMs, toMs }: TimeRange): RawBuilder<unknown> {
  const time = toTime(source);
  return sql`${time} >= ${new Date(fromMs)} and ${time} < ${new Date(toMs)}`;
}

function toTime(source: UsageSource): RawBuilder<unknown> {
  return source === 'usage' ? sql`started_at` : sql`at`;
}

/** Conditions to be added to others. An empty text finds what is not known. */
export function toFilter(filter: UsageFilter): RawBuilder<unknown> {
  const columns = [
    ['domain', filter.domain],
    ['account_id', filter.accountId],
    ['key_id', filter.keyId],
    ['user_id', filter.userId],
    ['project_id', filter.projectId],
    ['model', filter.model],
    ['kind', filter.kind],
  ] as const;
  const conditions = columns.flatMap(([column, value]) =>
    value === undefined ? [] : [sql`and ${sql.ref(column)} = ${value}`],
  );
  return sql.join(conditions, sql` `);
}

type MadeColumns = Readonly<Partial<Record<SourceColumn, string>>>;

const OF_SUMS: MadeColumns = {
  error_count: `case when outcome in ('completed', 'aborted') then 0 else request_count end`,
};

const OF_REQUESTS: MadeColumns = {
  ...OF_SUMS,
  at: 'started_at',
  key_id: `coalesce(key_id, '')`,
  user_id: `coalesce(user_id, '')`,
  project_id: `coalesce(project_id, '')`,
  model: `coalesce(model, '')`,
  status_class: 'coalesce(status, 0) / 100',
  estimated_count: 'usage_estimated::integer',
  guessed_count: `coalesce(pricing = 'guessed', false)::integer`,
  unpriced_count: `coalesce(pricing = 'unpriced', false)::integer`,
  suspicious_count: 'suspicious::integer',
};
