import type { CacheRollupTable, CacheTurnTable } from '../cache-tables.ts';
import type { InsertShape } from '../writer/insert-rows.ts';

/** A row of `cache_turn` to insert: the detail is JSON text already. */
export interface CacheTurnRow extends Omit<CacheTurnTable, 'detail'> {
  readonly detail: string;
}

export const CACHE_TURN_SHAPE: InsertShape<CacheTurnRow> = {
  table: 'cache_turn',
  columns: [
    'account_id',
    'started_at',
    'request_id',
    'domain',
    'key_id',
    'user_id',
    'project_id',
    'model',
    'kind',
    'parent_request_id',
    'verdict',
    'detail',
    'readable_tokens',
    'lost_tokens',
    'lost_nano',
  ],
  tail: 'on conflict do nothing',
};

/** The steps of time in which turns are summed up; in UTC. */
export const CACHE_ROLLUPS = [
  { table: 'cache_hour', stepMs: 3_600_000 },
  { table: 'cache_day', stepMs: 86_400_000 },
] as const;

/** What sums are kept by, in the order of the primary key. */
export const CACHE_ROLLUP_KEY = [
  'account_id',
  'at',
  'domain',
  'key_id',
  'user_id',
  'project_id',
  'model',
  'kind',
  'verdict',
] as const;

export const CACHE_ROLLUP_SUMS = ['turn_count', 'lost_tokens', 'lost_nano', 'unpriced_count'] as const;

/** Sums are not idempotent by themselves: rows hold the difference to what was counted before. */
export function toCacheRollupShape(table: string): InsertShape<CacheRollupTable> {
  const sums = CACHE_ROLLUP_SUMS.map((column) => `${column} = ${table}.${column} + excluded.${column}`);
  return {
    table,
    columns: [...CACHE_ROLLUP_KEY, ...CACHE_ROLLUP_SUMS],
    tail: `on conflict (${CACHE_ROLLUP_KEY.join(', ')}) do update\nset ${sums.join(',\n')}`,
  };
}
