import type { Usage } from '@nexus/anthropic';
import type { RecordedCost, RequestFacts } from '@nexus/core';
import type { RequestTable } from '../../schema.ts';

/** A row of the facts plane as the rest of the program knows it. */
export function toFacts(row: RequestTable): RequestFacts {
  return {
    requestId: row.request_id,
    conversationId: row.conversation_id,
    startedAtMs: row.started_at.getTime(),
    domain: row.domain,
    keyId: row.key_id,
    accountId: row.account_id,
    sessionId: row.session_id,
    agentId: row.agent_id,
    parentAgentId: row.parent_agent_id,
    userId: row.user_id,
    project: row.project,
    method: row.method,
    path: row.path,
    query: row.query,
    kind: row.kind,
    model: row.model,
    modelServed: row.model_served,
    stream: row.stream,
    status: row.status,
    outcome: row.outcome,
    errorCode: row.error_code,
    errorType: row.error_type,
    stopReason: row.stop_reason,
    usage: toUsage(row),
    usageEstimated: row.usage_estimated,
    cost: toCost(row),
    firstByteMs: row.first_byte_ms,
    firstTokenMs: row.first_token_ms,
    durationMs: row.duration_ms,
    requestBytes: row.request_bytes,
    responseBytes: row.response_bytes,
    upstreamRequestId: row.upstream_request_id,
    userAgent: row.user_agent,
    messageCount: row.message_count,
    toolNames: row.tool_names,
    preview: row.preview,
    payload: row.payload,
  };
}

function toUsage(row: RequestTable): Usage | null {
  if (row.input_tokens === null) return null;
  return {
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens ?? 0,
    cacheReadTokens: row.cache_read_tokens ?? 0,
    cacheWrite5mTokens: row.cache_write_5m_tokens ?? 0,
    cacheWrite1hTokens: row.cache_write_1h_tokens ?? 0,
    thinkingTokens: row.thinking_tokens ?? 0,
    serverToolUses: row.server_tool_uses ?? {},
    iterations: row.iterations ?? [],
    serviceTier: row.service_tier,
    speed: row.speed,
    inferenceGeo: row.inference_geo,
    ...(row.suspicious === null ? {} : { suspicious: row.suspicious }),
  };
}

function toCost({ cost_nano, pricing, price_version }: RequestTable): RecordedCost | null {
  if (pricing === null) return null;
  return { nanoDollars: cost_nano, pricing, priceVersion: price_version ?? '' };
}
