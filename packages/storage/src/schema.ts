import type { UsageIteration } from '@nexus/anthropic';
import type { Outcome, PayloadState } from '@nexus/core';
import type { RequestKind } from '@nexus/anthropic';

/** The tables as Kysely sees them; a test compares this list with a migrated database. */
export interface Database {
  readonly request: RequestTable;
  readonly request_body: RequestBodyTable;
  readonly response_body: ResponseBodyTable;
  readonly message_blob: MessageBlobTable;
  readonly usage_hour: UsageHourTable;
  readonly key: KeyTable;
  readonly recorder_loss: RecorderLossTable;
}

/** What the three per-request tables share: the distribution key, the partition key, and the id. */
export interface RequestKeyColumns {
  readonly conversation_id: string;
  readonly started_at: Date;
  readonly request_id: string;
}

export interface RequestTable extends RequestKeyColumns {
  readonly domain: string;
  readonly key_id: string | null;
  readonly account_id: string | null;
  readonly session_id: string | null;
  readonly agent_id: string | null;
  readonly parent_agent_id: string | null;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly kind: RequestKind;
  readonly model: string | null;
  readonly model_served: string | null;
  readonly stream: boolean;
  readonly status: number | null;
  readonly outcome: Outcome;
  readonly error_code: string | null;
  readonly error_type: string | null;
  readonly stop_reason: string | null;
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly cache_read_tokens: number | null;
  readonly cache_write_5m_tokens: number | null;
  readonly cache_write_1h_tokens: number | null;
  readonly thinking_tokens: number | null;
  readonly server_tool_uses: Readonly<Record<string, number>> | null;
  readonly iterations: readonly UsageIteration[] | null;
  readonly usage_estimated: boolean;
  readonly first_byte_ms: number | null;
  readonly first_token_ms: number | null;
  readonly duration_ms: number;
  readonly request_bytes: number;
  readonly response_bytes: number;
  readonly upstream_request_id: string | null;
  readonly user_agent: string | null;
  readonly message_count: number;
  readonly tool_names: readonly string[];
  readonly preview: string;
  readonly payload: PayloadState;
}

/** How a request body is kept. */
export type BodyMethod = 'slices' | 'whole' | 'none';

export interface RequestBodyTable extends RequestKeyColumns {
  readonly method: BodyMethod;
  readonly base_id: string | null;
  readonly keyframe_id: string | null;
  readonly keep: number;
  readonly refs: Buffer;
  readonly data: Buffer;
  readonly data_codec: number;
  readonly raw_bytes: number;
  readonly raw_sha256: Buffer | null;
  readonly details: Buffer;
  readonly details_codec: number;
}

export interface ResponseBodyTable extends RequestKeyColumns {
  readonly encoding: string | null;
  readonly truncated: boolean;
  readonly data: Buffer;
  readonly data_codec: number;
  readonly raw_bytes: number;
  readonly raw_sha256: Buffer;
  readonly timings: Buffer;
}

export interface MessageBlobTable {
  readonly conversation_id: string;
  readonly month: string;
  readonly hash: Buffer;
  readonly codec: number;
  readonly raw_bytes: number;
  readonly data: Buffer;
}

export interface UsageHourTable {
  readonly account_id: string;
  readonly hour: Date;
  readonly domain: string;
  readonly key_id: string;
  readonly model: string;
  readonly kind: string;
  readonly outcome: string;
  readonly request_count: number;
  readonly estimated_count: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_5m_tokens: number;
  readonly cache_write_1h_tokens: number;
  readonly thinking_tokens: number;
  readonly request_bytes: number;
  readonly response_bytes: number;
  readonly duration_ms: number;
}

export interface KeyTable {
  readonly key_id: string;
  readonly hash: Buffer;
  readonly hint: string;
  readonly name: string;
  readonly domain: string | null;
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
}

export interface RecorderLossTable {
  readonly loss_id: string;
  readonly lost_at: Date;
  readonly process: string;
  readonly reason: string;
  readonly payloads: number;
  readonly records: number;
}
