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

/** Rows with the columns of a roll-up, within the range and the filter. */
export function toSourceRows(source: UsageSource, range: TimeRange, filter: UsageFilter): RawBuilder<unknown> {
  const time = source === 'usage' ? sql.ref('started_at') : sql.ref('at');
  return sql`
    select ${source === 'usage' ? ROLLED_UP : sql`*`}
    from ${sql.table(source)}
    where ${time} >= ${new Date(range.fromMs)} and ${time} < ${new Date(range.toMs)}
      ${toFilter(filter)}`;
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
  input_tokens,
  output_tokens,
  cache_read_tokens,
  cache_write_5m_tokens,
  cache_write_1h_tokens,
  thinking_tokens,
  cost_nano,
  cache_saved_nano,
  duration_ms`;
