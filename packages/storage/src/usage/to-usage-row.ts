import { type RequestFacts, toBilledTokens } from '@nexus/core';
import type { UsageTable } from '../usage-tables.ts';
import { toSafeInteger } from '../writer/safe-text.ts';
import { toFactsColumns } from '../writer/to-rows.ts';

/** What a row of usage is made of. */
export interface CountedFacts extends RequestFacts {
  /** A call that broke off before another one answered the same request. */
  readonly isAbandoned?: boolean;
}

/**
 * What a request used, as its own row: all that is billed, and so more than the request tells where Claude compacted by itself.
 * `facts` name the conversation that it was linked into.
 */
export function toUsageRow(facts: CountedFacts): UsageTable {
  const row = toFactsColumns(facts);
  const billed = facts.usage === null ? null : toBilledTokens(facts.usage);
  const toolCalls = Object.values(facts.usage?.serverToolUses ?? {}).reduce((sum, count) => sum + count, 0);
  return {
    // Nothing was sent by an account that was chosen and had no credential; its request alone names it.
    account_id: facts.outcome === 'refused' ? '' : (row.account_id ?? ''),
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
    input_tokens: toSafeInteger(billed?.inputTokens ?? 0),
    output_tokens: toSafeInteger(billed?.outputTokens ?? 0),
    cache_read_tokens: toSafeInteger(billed?.cacheReadTokens ?? 0),
    cache_write_5m_tokens: toSafeInteger(billed?.cacheWrite5mTokens ?? 0),
    cache_write_1h_tokens: toSafeInteger(billed?.cacheWrite1hTokens ?? 0),
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
    request_count: facts.isAbandoned === true ? 0 : 1,
    tool_names: row.tool_names,
  };
}
