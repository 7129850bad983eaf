import { type RawBuilder, sql } from 'kysely';
import { USAGE_MINUTE_DAYS } from '../../retention/retention-rules.ts';

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

/** Rows with the columns of a roll-up but its histograms, within the filter. */
export function toSourceRows(pieces: readonly UsagePiece[], filter: UsageFilter): RawBuilder<unknown> {
  const parts = (pieces.length === 0 ? NO_PIECES : pieces).map(
    ({ source, ...range }) => sql`
      select ${source === 'usage' ? ROLLED_UP : SUMMED_UP}
      from ${sql.table(source)}
      where ${toTimes(source, range)}
        ${toFilter(filter)}`,
  );
  return sql.join(parts, sql` union all `);
}

/** Whether a row of a source lies in the range. */
export function toTimes(source: UsageSource, { fromMs, toMs }: TimeRange): RawBuilder<unknown> {
  const time = sql.ref(source === 'usage' ? 'started_at' : 'at');
  return sql`${time} >= ${new Date(fromMs)} and ${time} < ${new Date(toMs)}`;
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

/** Columns that a request and a sum of requests have under the same names. */
const MEASURED = sql`
  input_tokens,
  output_tokens,
  cache_read_tokens,
  cache_write_5m_tokens,
  cache_write_1h_tokens,
  thinking_tokens,
  cost_nano,
  cache_saved_nano,
  duration_ms`;

const SUMMED_UP = sql`
  account_id,
  at,
  domain,
  key_id,
  user_id,
  project_id,
  model,
  kind,
  outcome,
  status_class,
  request_count,
  estimated_count,
  guessed_count,
  unpriced_count,
  suspicious_count,
  ${MEASURED}`;

const ROLLED_UP = sql`
  account_id,
  started_at as at,
  domain,
  coalesce(key_id, '') as key_id,
  coalesce(user_id, '') as user_id,
  coalesce(project_id, '') as project_id,
  coalesce(model, '') as model,
  kind,
  outcome,
  coalesce(status, 0) / 100 as status_class,
  1 as request_count,
  usage_estimated::integer as estimated_count,
  coalesce(pricing = 'guessed', false)::integer as guessed_count,
  coalesce(pricing = 'unpriced', false)::integer as unpriced_count,
  suspicious::integer as suspicious_count,
  ${MEASURED}`;
