import { mergeLatency, toLatencyHistogram } from '@nexus/core';
import type { UsageRollupTable, UsageTable } from '../usage-tables.ts';
import type { SumRules } from './usage-sum.ts';
import { ROLLUP_KEY, ROLLUP_SUMS, toRollupShape } from './usage-shapes.ts';

/** Sums of usage over steps of `stepMs` by all that it can be split by. */
export function toRollupRules(table: string, stepMs: number): SumRules<UsageRollupTable> {
  return {
    shape: toRollupShape(table),
    toRows: (usage) => [toRollupRow(usage, stepMs)],
    toKey: (row) => ROLLUP_KEY.map((column) => (column === 'at' ? row.at.toISOString() : row[column])).join('\0'),
    merge: mergeRollups,
    toRequestCount: (row) => row.request_count,
  };
}

function toRollupRow(row: UsageTable, stepMs: number): UsageRollupTable {
  return {
    account_id: row.account_id,
    at: new Date(Math.floor(row.started_at.getTime() / stepMs) * stepMs),
    domain: row.domain,
    key_id: row.key_id ?? '',
    user_id: row.user_id ?? '',
    project_id: row.project_id ?? '',
    model: row.model ?? '',
    kind: row.kind,
    outcome: row.outcome,
    status_class: Math.floor((row.status ?? 0) / 100),
    request_count: row.request_count,
    estimated_count: row.usage_estimated ? 1 : 0,
    guessed_count: row.pricing === 'guessed' ? 1 : 0,
    suspicious_count: row.suspicious ? 1 : 0,
    unpriced_count: row.pricing === 'unpriced' ? 1 : 0,
    input_tokens: row.input_tokens,
    output_tokens: row.output_tokens,
    cache_read_tokens: row.cache_read_tokens,
    cache_write_5m_tokens: row.cache_write_5m_tokens,
    cache_write_1h_tokens: row.cache_write_1h_tokens,
    thinking_tokens: row.thinking_tokens,
    cost_nano: row.cost_nano ?? 0,
    cache_saved_nano: row.cache_saved_nano ?? 0,
    request_bytes: row.request_bytes,
    response_bytes: row.response_bytes,
    duration_ms: row.duration_ms,
    first_token_histogram: toLatencyHistogram(row.first_token_ms),
    // How long results took to pass says nothing of how long Claude takes, and a message in them took no time at all.
    duration_histogram: toLatencyHistogram(row.kind === 'batch' || row.request_count === 0 ? null : row.duration_ms),
  };
}

function mergeRollups(left: UsageRollupTable, right: UsageRollupTable): UsageRollupTable {
  const sums = Object.fromEntries(ROLLUP_SUMS.map((column) => [column, left[column] + right[column]]));
  return {
    ...left,
    ...sums,
    first_token_histogram: mergeLatency(left.first_token_histogram, right.first_token_histogram),
    duration_histogram: mergeLatency(left.duration_histogram, right.duration_histogram),
  };
}
