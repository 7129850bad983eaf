import type { UsageToolTable, UsageTable } from '../usage-tables.ts';
import { toDay, toKeyHash } from './key-hash.ts';
import type { SumRules } from './usage-sum.ts';

/** How often each tool was called on each day, and by how many requests. */
export const TOOL_RULES: SumRules<UsageToolTable> = {
  shape: {
    table: 'usage_tool_day',
    columns: [
      'account_id',
      'at',
      'key_hash',
      'domain',
      'user_id',
      'project_id',
      'model',
      'tool',
      'request_count',
      'last_at',
      'call_count',
    ],
    tail: `on conflict (account_id, at, key_hash) do update
set
request_count = usage_tool_day.request_count + excluded.request_count,
last_at = greatest(usage_tool_day.last_at, excluded.last_at),
call_count = usage_tool_day.call_count + excluded.call_count`,
  },
  toRows: (usage) => {
    const calls = Map.groupBy(usage.tool_names, (tool) => tool);
    return [...calls].map(([tool, { length }]) => toToolRow(usage, tool, length));
  },
  toKey: (row) => `${row.account_id}\0${row.at.toISOString()}\0${row.key_hash}`,
  merge: (left, right) => ({
    ...left,
    request_count: left.request_count + right.request_count,
    last_at: left.last_at > right.last_at ? left.last_at : right.last_at,
    call_count: left.call_count + right.call_count,
  }),
  toRequestCount: (row) => row.request_count,
};

function toToolRow(usage: UsageTable, tool: string, callCount: number): UsageToolTable {
  const parts = {
    domain: usage.domain,
    user_id: usage.user_id ?? '',
    project_id: usage.project_id ?? '',
    model: usage.model ?? '',
    tool,
  };
  return {
    account_id: usage.account_id,
    at: toDay(usage.started_at),
    key_hash: toKeyHash(Object.values(parts)),
    ...parts,
    request_count: 1,
    last_at: usage.started_at,
    call_count: callCount,
  };
}
