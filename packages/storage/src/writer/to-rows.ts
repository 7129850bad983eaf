import type { Usage } from '@nexus/anthropic';
import type { Link, RequestFacts } from '@nexus/core';
import type {
  MessageBlobTable,
  PayloadKeyColumns,
  RequestBodyTable,
  RequestTable,
  ResponseBodyTable,
} from '../schema.ts';
import type { PackedRequestBody, PackedResponseBody, PackedSlice } from '../spool/spooled-record.ts';
import { SLICE_HASH_BYTES } from '../codec/hash.ts';
import type { PayloadMonth } from './payload-memory.ts';
import type { BodyPlan } from './plan-body.ts';
import { toSafeBigint, toSafeInteger, toSafeText } from './safe-text.ts';

/** A row of `request` to insert: the jsonb columns are JSON text already. */
export interface RequestRow extends Omit<RequestTable, 'server_tool_uses' | 'iterations' | 'suspicious'> {
  readonly server_tool_uses: string | null;
  readonly iterations: string | null;
  readonly suspicious: string | null;
}

/** Longest texts, in UTF-16 units. An index entry holds at most 2,704 bytes, so what is indexed must stay well below. */
const TEXT_MAX = {
  id: 128,
  party: 200,
  domain: 253,
  model: 200,
  word: 64,
  path: 2_000,
  query: 4_000,
  preview: 400,
  tool: 200,
};
const TOOL_NAMES_MAX = 200;

/** The row of a request at its place. Its payload lies under the id that its exchange had before it was linked. */
export function toRequestRow(facts: RequestFacts, link: Link): RequestRow {
  return {
    ...toFactsColumns(facts),
    conversation_id: link.conversationId,
    branch: link.branch,
    relation: link.relation,
    parent_request_id: link.parentRequestId,
    retry_of: link.retryOf,
    depth: link.depth,
    launch_tool_use_id: toText(link.launchedBy?.toolUseId ?? null, TEXT_MAX.tool),
    link_source: link.linkSource,
    link_because: link.because,
  };
}

/** What of a row does not depend on where its request belongs. */
export function toFactsColumns(facts: RequestFacts) {
  return {
    ...toKeyColumns(facts),
    domain: toSafeText(facts.domain, TEXT_MAX.domain),
    key_id: toText(facts.keyId, TEXT_MAX.id),
    account_id: toText(facts.accountId, TEXT_MAX.id),
    session_id: toText(facts.sessionId, TEXT_MAX.id),
    agent_id: toText(facts.agentId, TEXT_MAX.id),
    parent_agent_id: toText(facts.parentAgentId, TEXT_MAX.id),
    user_id: toText(facts.userId, TEXT_MAX.party),
    project: toText(facts.project, TEXT_MAX.party),
    method: toSafeText(facts.method, TEXT_MAX.word),
    path: toSafeText(facts.path, TEXT_MAX.path),
    query: toSafeText(facts.query, TEXT_MAX.query),
    kind: facts.kind,
    model: toText(facts.model, TEXT_MAX.model),
    model_served: toText(facts.modelServed, TEXT_MAX.model),
    stream: facts.stream,
    status: facts.status,
    outcome: facts.outcome,
    error_code: toText(facts.errorCode, TEXT_MAX.word),
    error_type: toText(facts.errorType, TEXT_MAX.id),
    stop_reason: toText(facts.stopReason, TEXT_MAX.id),
    ...toUsageColumns(facts.usage),
    usage_estimated: facts.usageEstimated,
    cost_nano: facts.cost?.nanoDollars ?? null,
    pricing: facts.cost?.pricing ?? null,
    price_version: facts.cost?.priceVersion ?? null,
    first_byte_ms: toInteger(facts.firstByteMs),
    first_token_ms: toInteger(facts.firstTokenMs),
    duration_ms: toSafeInteger(facts.durationMs),
    request_bytes: toSafeBigint(facts.requestBytes),
    response_bytes: toSafeBigint(facts.responseBytes),
    upstream_request_id: toText(facts.upstreamRequestId, TEXT_MAX.id),
    user_agent: toText(facts.userAgent, TEXT_MAX.model),
    message_count: toSafeInteger(facts.messageCount),
    tool_names: facts.toolNames.slice(0, TOOL_NAMES_MAX).map((name) => toSafeText(name, TEXT_MAX.tool)),
    preview: toSafeText(facts.preview, TEXT_MAX.preview),
    payload: facts.payload,
  };
}

export function toRequestBodyRow(facts: RequestFacts, request: PackedRequestBody, plan: BodyPlan): RequestBodyTable {
  const isLink = plan.kind === 'link';
  const keep = isLink ? plan.keep : 0;
  const keyframeId = isLink ? plan.base.keyframeId : facts.requestId;
  return {
    ...toKeyColumns(facts),
    method: request.method,
    base_id: isLink ? plan.base.requestId : null,
    keyframe_id: request.method === 'slices' ? keyframeId : null,
    keep,
    refs: request.hashes.subarray(keep * SLICE_HASH_BYTES),
    data: request.body.data,
    data_codec: request.body.codec,
    raw_bytes: request.rawBytes,
    raw_sha256: request.rawSha256,
    details: request.details.data,
    details_codec: request.details.codec,
  };
}

export function toResponseBodyRow(facts: RequestFacts, response: PackedResponseBody): ResponseBodyTable {
  return {
    ...toKeyColumns(facts),
    encoding: toText(response.encoding, TEXT_MAX.word),
    truncated: response.truncated,
    data: response.body.data,
    data_codec: response.body.codec,
    raw_bytes: response.rawBytes,
    raw_sha256: response.rawSha256,
    timings: response.timings,
  };
}

export function toBlobRow(place: PayloadMonth, slice: PackedSlice): MessageBlobTable {
  return {
    payload_id: place.payloadId,
    month: place.month,
    hash: slice.hash,
    codec: slice.codec,
    raw_bytes: slice.rawBytes,
    data: slice.data,
  };
}

function toKeyColumns(facts: RequestFacts): PayloadKeyColumns {
  return {
    payload_id: facts.conversationId,
    started_at: new Date(facts.startedAtMs),
    request_id: facts.requestId,
  };
}

function toUsageColumns(usage: Usage | null) {
  return {
    input_tokens: toInteger(usage?.inputTokens ?? null),
    output_tokens: toInteger(usage?.outputTokens ?? null),
    cache_read_tokens: toInteger(usage?.cacheReadTokens ?? null),
    cache_write_5m_tokens: toInteger(usage?.cacheWrite5mTokens ?? null),
    cache_write_1h_tokens: toInteger(usage?.cacheWrite1hTokens ?? null),
    thinking_tokens: toInteger(usage?.thinkingTokens ?? null),
    server_tool_uses: usage && Object.keys(usage.serverToolUses).length > 0 ? toSafeJson(usage.serverToolUses) : null,
    iterations: usage && usage.iterations.length > 0 ? toSafeJson(usage.iterations) : null,
    suspicious: usage?.suspicious && usage.suspicious.length > 0 ? toSafeJson(usage.suspicious) : null,
    service_tier: toText(usage?.serviceTier ?? null, TEXT_MAX.word),
    speed: toText(usage?.speed ?? null, TEXT_MAX.word),
    inference_geo: toText(usage?.inferenceGeo ?? null, TEXT_MAX.word),
  };
}

/** JSON that jsonb takes: it refuses escapes of NUL and of half surrogate pairs, in names as in values. */
export function toSafeJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/(?<=(?:^|[^\\])(?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/gi, '\u{FFFD}');
}

function toText(text: string | null, charactersMax: number): string | null {
  return text === null ? null : toSafeText(text, charactersMax);
}

function toInteger(value: number | null): number | null {
  return value === null ? null : toSafeInteger(value);
}
