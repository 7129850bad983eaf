import type { MessageBlobTable, RequestBodyTable, ResponseBodyTable, UsageHourTable } from '../schema.ts';
import type { InsertShape } from './insert-rows.ts';
import type { RequestRow } from './to-rows.ts';

/** Replaying a frame must change nothing, so a row that is there already stays as it is. */
const KEEP_FIRST = 'on conflict do nothing';

export const REQUEST_SHAPE: InsertShape<RequestRow> = {
  table: 'request',
  columns: [
    'conversation_id',
    'started_at',
    'request_id',
    'domain',
    'key_id',
    'account_id',
    'session_id',
    'agent_id',
    'parent_agent_id',
    'method',
    'path',
    'query',
    'kind',
    'model',
    'model_served',
    'stream',
    'status',
    'outcome',
    'error_code',
    'error_type',
    'stop_reason',
    'input_tokens',
    'output_tokens',
    'cache_read_tokens',
    'cache_write_5m_tokens',
    'cache_write_1h_tokens',
    'thinking_tokens',
    'server_tool_uses',
    'iterations',
    'usage_estimated',
    'service_tier',
    'speed',
    'inference_geo',
    'cost_nano',
    'pricing',
    'price_version',
    'first_byte_ms',
    'first_token_ms',
    'duration_ms',
    'request_bytes',
    'response_bytes',
    'upstream_request_id',
    'user_agent',
    'message_count',
    'tool_names',
    'preview',
    'payload',
    'payload_id',
    'branch',
    'relation',
    'parent_request_id',
    'retry_of',
    'depth',
    'launch_tool_use_id',
    'link_source',
    'link_because',
  ],
  tail: KEEP_FIRST,
};

export const REQUEST_BODY_SHAPE: InsertShape<RequestBodyTable> = {
  table: 'request_body',
  columns: [
    'payload_id',
    'started_at',
    'request_id',
    'method',
    'base_id',
    'keyframe_id',
    'keep',
    'refs',
    'data',
    'data_codec',
    'raw_bytes',
    'raw_sha256',
    'details',
    'details_codec',
  ],
  tail: KEEP_FIRST,
};

export const RESPONSE_BODY_SHAPE: InsertShape<ResponseBodyTable> = {
  table: 'response_body',
  columns: [
    'payload_id',
    'started_at',
    'request_id',
    'encoding',
    'truncated',
    'data',
    'data_codec',
    'raw_bytes',
    'raw_sha256',
    'timings',
  ],
  tail: KEEP_FIRST,
};

export const MESSAGE_BLOB_SHAPE: InsertShape<MessageBlobTable> = {
  table: 'message_blob',
  columns: ['payload_id', 'month', 'hash', 'codec', 'raw_bytes', 'data'],
  tail: KEEP_FIRST,
};

const USAGE_SUMS = [
  'request_count',
  'estimated_count',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'thinking_tokens',
  'request_bytes',
  'response_bytes',
  'duration_ms',
] as const;

/** Sums are not idempotent by themselves: only requests that were new in the same transaction may be in the rows. */
export const USAGE_HOUR_SHAPE: InsertShape<UsageHourTable> = {
  table: 'usage_hour',
  columns: ['account_id', 'hour', 'domain', 'key_id', 'model', 'kind', 'outcome', ...USAGE_SUMS],
  tail:
    'on conflict (account_id, hour, domain, key_id, model, kind, outcome) do update\nset ' +
    USAGE_SUMS.map((column) => `${column} = usage_hour.${column} + excluded.${column}`).join(',\n'),
};
