import { mergeLatency, toLatencyHistogram } from '@nexus/core';
import type { UsageRollupTable, UsageTable } from '../usage-tables.ts';
import { ROLLUP_KEY, ROLLUP_SUMS } from './usage-shapes.ts';

/**
 * Sums usage over steps of `stepMs`, sorted by the key of the sums: three writers that upsert unsorted keys deadlocked
 * 191 times in a minute, sorted never.
 */
export function foldUsage(usage: readonly UsageTable[], stepMs: number): UsageRollupTable[] {
  const sums = new Map<string, UsageRollupTable>();
  for (const one of usage) {
    const row = toRollupRow(one, stepMs);
    const key = toRollupKey(row);
    const sum = sums.get(key);
    sums.set(key, sum ? mergeRollups(sum, row) : row);
  }
  return [...sums].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, row]) => row);
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
    request_count: 1,
    estimated_count: row.usage_estimated ? 1 : 0,
    guessed_count: row.pricing === 'guessed' ? 1 : 0,
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
    duration_histogram: toLatencyHistogram(row.duration_ms),
  };
}

/** The key that a sum is kept by, as text in its order. */
export function toRollupKey(row: UsageRollupTable): string {
  return ROLLUP_KEY.map((column) => (column === 'at' ? row.at.toISOString() : row[column])).join('\0');
}

/** Two sums of the same key as one. */
export function mergeRollups(left: UsageRollupTable, right: UsageRollupTable): UsageRollupTable {
  const sums = Object.fromEntries(ROLLUP_SUMS.map((column) => [column, left[column] + right[column]]));
  return {
    ...left,
    ...sums,
    first_token_histogram: mergeLatency(left.first_token_histogram, right.first_token_histogram),
    duration_histogram: mergeLatency(left.duration_histogram, right.duration_histogram),
  };
}
