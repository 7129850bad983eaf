import type { UsageToolTable, UsageTable } from '../usage-tables.ts';
import { toDay, toKeyHash } from './key-hash.ts';
import type { SumRules } from './usage-sum.ts';

/** How many requests of each day called each tool; a request counts once for a tool, however often it called it. */
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
    ],
    tail: `on conflict (account_id, at, key_hash) do update
set
request_count = usage_tool_day.request_count + excluded.request_count,
last_at = greatest(usage_tool_day.last_at, excluded.last_at)`,
  },
  toRows: (usage) => [...new Set(usage.tool_names)].map((tool) => toToolRow(usage, tool)),
  toKey: (row) => `${row.account_id}\0${row.at.toISOString()}\0${row.key_hash}`,
  merge: (left, right) => ({
    ...left,
    request_count: left.request_count + right.request_count,
    last_at: left.last_at > right.last_at ? left.last_at : right.last_at,
  }),
  toRequestCount: (row) => row.request_count,
};

function toToolRow(usage: UsageTable, tool: string): UsageToolTable {
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
  };
}
