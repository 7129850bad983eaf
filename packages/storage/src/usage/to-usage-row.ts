import type { RequestFacts } from '@nexus/core';
import type { UsageTable } from '../usage-tables.ts';
import { toSafeInteger } from '../writer/safe-text.ts';
import { toFactsColumns } from '../writer/to-rows.ts';

/** What a request used, as its own row; `facts` name the conversation that it was linked into. */
export function toUsageRow(facts: RequestFacts): UsageTable {
  const row = toFactsColumns(facts);
  const toolCalls = Object.values(facts.usage?.serverToolUses ?? {}).reduce((sum, count) => sum + count, 0);
  return {
    account_id: row.account_id ?? '',
    started_at: row.started_at,
    request_id: row.request_id,
    domain: row.domain,
    key_id: row.key_id,
    user_id: row.user_id,
    project_id: row.project,
    session_id: row.session_id,
    agent_id: row.agent_id,
    conversation_id: facts.conversationId,
    model: row.model ?? row.model_served,
    kind: row.kind,
    status: row.status,
    outcome: row.outcome,
    stream: row.stream,
    usage_estimated: row.usage_estimated,
    input_tokens: row.input_tokens ?? 0,
    output_tokens: row.output_tokens ?? 0,
    cache_read_tokens: row.cache_read_tokens ?? 0,
    cache_write_5m_tokens: row.cache_write_5m_tokens ?? 0,
    cache_write_1h_tokens: row.cache_write_1h_tokens ?? 0,
    thinking_tokens: row.thinking_tokens ?? 0,
    server_tool_calls: toSafeInteger(toolCalls),
    cost_nano: row.cost_nano,
    cache_saved_nano: facts.cost?.cacheSaved ?? null,
    pricing: row.pricing,
    price_version: row.price_version,
    first_token_ms: row.first_token_ms,
    duration_ms: row.duration_ms,
    request_bytes: row.request_bytes,
    response_bytes: row.response_bytes,
    suspicious: row.suspicious !== null,
    tool_names: row.tool_names,
  };
}
