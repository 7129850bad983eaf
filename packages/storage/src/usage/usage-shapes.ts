import type { InsertShape } from '../writer/insert-rows.ts';
import type { UsageRollupTable, UsageTable } from '../usage-tables.ts';

export const USAGE_COLUMNS = [
  'account_id',
  'started_at',
  'request_id',
  'domain',
  'key_id',
  'user_id',
  'project_id',
  'session_id',
  'agent_id',
  'conversation_id',
  'model',
  'kind',
  'status',
  'outcome',
  'stream',
  'usage_estimated',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'thinking_tokens',
  'server_tool_calls',
  'cost_nano',
  'cache_saved_nano',
  'pricing',
  'price_version',
  'first_token_ms',
  'duration_ms',
  'request_bytes',
  'response_bytes',
  'tool_names',
  'suspicious',
  'request_count',
] as const;

/** A request that is there already is not told of: sums count only what was really inserted. */
export const USAGE_SHAPE: InsertShape<UsageTable> = {
  table: 'usage',
  columns: USAGE_COLUMNS,
  tail: 'on conflict do nothing\nreturning request_id',
};

/** The steps of time in which usage is summed up, each in a table of its own; all of them in UTC. */
export const USAGE_ROLLUPS = [
  { table: 'usage_minute', unit: 'minute', stepMs: 60_000 },
  { table: 'usage_hour', unit: 'hour', stepMs: 3_600_000 },
  { table: 'usage_day', unit: 'day', stepMs: 86_400_000 },
] as const;

/** What sums are kept by, in the order of the primary key. */
export const ROLLUP_KEY = [
  'account_id',
  'at',
  'domain',
  'key_id',
  'user_id',
  'project_id',
  'model',
  'kind',
  'outcome',
  'status_class',
] as const;

export const ROLLUP_SUMS = [
  'request_count',
  'estimated_count',
  'guessed_count',
  'unpriced_count',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'thinking_tokens',
  'cost_nano',
  'cache_saved_nano',
  'request_bytes',
  'response_bytes',
  'duration_ms',
  'suspicious_count',
] as const;

export const ROLLUP_HISTOGRAMS = ['first_token_histogram', 'duration_histogram'] as const;

/** Sums are not idempotent by themselves: only usage that was new in the same transaction may be in the rows. */
export function toRollupShape(table: string): InsertShape<UsageRollupTable> {
  const sums = ROLLUP_SUMS.map((column) => `${column} = ${table}.${column} + excluded.${column}`);
  const histograms = ROLLUP_HISTOGRAMS.map(
    (column) => `${column} = ${toMerged(`${table}.${column}`, `excluded.${column}`)}`,
  );
  return {
    table,
    columns: [...ROLLUP_KEY, ...ROLLUP_SUMS, ...ROLLUP_HISTOGRAMS],
    tail: `on conflict (${ROLLUP_KEY.join(', ')}) do update\nset ${[...sums, ...histograms].join(',\n')}`,
  };
}

/** Step by step; the shorter one has nothing in the steps it lacks. */
function toMerged(left: string, right: string): string {
  return `coalesce((
  select array_agg(coalesce(one, 0) + coalesce(other, 0) order by step)
  from unnest(${left}, ${right}) with ordinality as merged (one, other, step)
), '{}')`;
}
