import type { UsageSessionTable, UsageTable } from '../usage-tables.ts';
import { toDay, toKeyHash } from './key-hash.ts';
import type { SumRules } from './usage-sum.ts';

const SUMS = [
  'request_count',
  'error_count',
  'unpriced_count',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'cost_nano',
  'duration_ms',
] as const;

/** What each session used on each day, by model and by whom it was for. */
export const SESSION_RULES: SumRules<UsageSessionTable> = {
  shape: {
    table: 'usage_session_day',
    columns: [
      'account_id',
      'at',
      'key_hash',
      'session_id',
      'domain',
      'user_id',
      'project_id',
      'model',
      'first_at',
      'last_at',
      'ended_at',
      ...SUMS,
    ],
    tail: `on conflict (account_id, at, key_hash) do update
set
first_at = least(usage_session_day.first_at, excluded.first_at),
last_at = greatest(usage_session_day.last_at, excluded.last_at),
ended_at = greatest(usage_session_day.ended_at, excluded.ended_at),
${SUMS.map((column) => `${column} = usage_session_day.${column} + excluded.${column}`).join(',\n')}`,
  },
  toRows: (usage) => (usage.session_id === null ? [] : [toSessionRow(usage, usage.session_id)]),
  toKey: (row) => `${row.account_id}\0${row.at.toISOString()}\0${row.key_hash}`,
  merge: mergeSessions,
  toRequestCount: (row) => row.request_count,
};

function toSessionRow(usage: UsageTable, sessionId: string): UsageSessionTable {
  const parts = {
    session_id: sessionId,
    domain: usage.domain,
    user_id: usage.user_id ?? '',
    project_id: usage.project_id ?? '',
    model: usage.model ?? '',
  };
  return {
    account_id: usage.account_id,
    at: toDay(usage.started_at),
    key_hash: toKeyHash(Object.values(parts)),
    ...parts,
    first_at: usage.started_at,
    last_at: usage.started_at,
    ended_at: new Date(usage.started_at.getTime() + usage.duration_ms),
    request_count: usage.request_count,
    error_count: usage.outcome === 'completed' || usage.outcome === 'aborted' ? 0 : usage.request_count,
    unpriced_count: usage.pricing === 'unpriced' ? 1 : 0,
    input_tokens: usage.input_tokens,
    output_tokens: usage.output_tokens,
    cache_read_tokens: usage.cache_read_tokens,
    cache_write_tokens: usage.cache_write_5m_tokens + usage.cache_write_1h_tokens,
    cost_nano: usage.cost_nano ?? 0,
    duration_ms: usage.duration_ms,
  };
}

function mergeSessions(left: UsageSessionTable, right: UsageSessionTable): UsageSessionTable {
  const sums = Object.fromEntries(SUMS.map((column) => [column, left[column] + right[column]]));
  return {
    ...left,
    ...sums,
    first_at: left.first_at < right.first_at ? left.first_at : right.first_at,
    last_at: left.last_at > right.last_at ? left.last_at : right.last_at,
    ended_at: left.ended_at > right.ended_at ? left.ended_at : right.ended_at,
  };
}
