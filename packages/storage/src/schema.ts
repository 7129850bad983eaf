import type { AgentCall, RequestKind, SuspiciousCount, UnlinkableReason, UsageIteration } from '@nexus/anthropic';
import type { LinkSource, Outcome, PayloadState, Placement, Pricing, Relation } from '@nexus/core';
import type { CacheQueueTable, CacheRollupTable, CacheTurnTable } from './cache-tables.ts';
import type { BudgetReservationTable, BudgetTable, BudgetWindowTable, TrafficLimitTable } from './limit-tables.ts';
import type { UsageTables } from './usage-tables.ts';

/** The tables as Kysely sees them; a test compares this list with a migrated database. */
export interface Database extends UsageTables {
  readonly request: RequestTable;
  readonly request_body: RequestBodyTable;
  readonly response_body: ResponseBodyTable;
  readonly message_blob: MessageBlobTable;
  readonly cache_turn: CacheTurnTable;
  readonly cache_hour: CacheRollupTable;
  readonly cache_day: CacheRollupTable;
  readonly cache_queue: CacheQueueTable;
  readonly key: KeyTable;
  readonly traffic_limit: TrafficLimitTable;
  readonly budget: BudgetTable;
  readonly budget_window: BudgetWindowTable;
  readonly budget_reservation: BudgetReservationTable;
  readonly recorder_loss: RecorderLossTable;
  readonly fingerprint: FingerprintTable;
  readonly chain_step: ChainStepTable;
  readonly agent_call: AgentCallTable;
  readonly summary_probe: SummaryProbeTable;
  readonly conversation: ConversationTable;
  readonly branch: BranchTable;
  readonly payload_deletion: PayloadDeletionTable;
  readonly message_search: MessageSearchTable;
  readonly message_search_slice: MessageSearchSliceTable;
  readonly search_queue: SearchQueueTable;
  readonly audit: AuditTable;
  readonly shared_state: SharedStateTable;
  readonly account_turn: AccountTurnTable;
  readonly secret: SecretTable;
}

/** What the payload tables share: the distribution key, which never changes, the partition key, and the id. */
export interface PayloadKeyColumns {
  readonly payload_id: string;
  readonly started_at: Date;
  readonly request_id: string;
}

export interface RequestTable {
  readonly conversation_id: string;
  readonly started_at: Date;
  readonly request_id: string;
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
  readonly payload_id: string;
  readonly branch: string | null;
  readonly relation: Relation;
  readonly parent_request_id: string | null;
  readonly retry_of: string | null;
  readonly depth: number;
  readonly launch_tool_use_id: string | null;
  readonly link_source: LinkSource;
  readonly link_because: string;
  readonly service_tier: string | null;
  readonly speed: string | null;
  readonly inference_geo: string | null;
  readonly cost_nano: number | null;
  readonly pricing: Pricing | null;
  readonly price_version: string | null;
  readonly user_id: string | null;
  readonly project: string | null;
  readonly suspicious: readonly SuspiciousCount[] | null;
}

/** How a request body is kept. */
export type BodyMethod = 'slices' | 'whole' | 'none';

export interface RequestBodyTable extends PayloadKeyColumns {
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

export interface ResponseBodyTable extends PayloadKeyColumns {
  readonly encoding: string | null;
  readonly truncated: boolean;
  readonly data: Buffer;
  readonly data_codec: number;
  readonly raw_bytes: number;
  readonly raw_sha256: Buffer;
  readonly timings: Buffer;
}

export interface MessageBlobTable {
  readonly payload_id: string;
  readonly month: string;
  readonly hash: Buffer;
  readonly codec: number;
  readonly raw_bytes: number;
  readonly data: Buffer;
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
  readonly owner: string | null;
  readonly project: string | null;
  readonly labels: readonly string[];
  readonly scopes: readonly KeyScope[];
  readonly last_used_at: Date | null;
  readonly rotated_at: Date | null;
  readonly previous_hash: Buffer | null;
  readonly previous_until: Date | null;
}

/** What a client key may do: go through to Claude, or ask our own API. */
export type KeyScope = 'proxy' | 'read' | 'content' | 'write' | 'admin';

export interface RecorderLossTable {
  readonly loss_id: string;
  readonly lost_at: Date;
  readonly process: string;
  readonly reason: string;
  readonly payloads: number;
  readonly records: number;
}

export interface FingerprintTable {
  readonly domain: string;
  readonly request_id: string;
  readonly started_at: Date;
  readonly ended_at: Date;
  readonly kind: RequestKind;
  readonly outcome: Outcome;
  readonly session_id: string | null;
  readonly session_source: 'header' | 'metadata' | null;
  readonly agent_id: string | null;
  readonly parent_agent_id: string | null;
  readonly chain_end: string | null;
  readonly chain_tail: string | null;
  readonly chain_opening: string | null;
  readonly chain_length: number | null;
  readonly chain_is_opening: boolean | null;
  readonly previous_end: string | null;
  readonly previous_answered: string | null;
  readonly unlinkable: UnlinkableReason | null;
  readonly answer_end: string | null;
  readonly prompt_hash: string | null;
  readonly agent_calls: readonly AgentCall[] | null;
  readonly continues: boolean;
  readonly summaries_read: readonly string[];
  readonly summaries_written: readonly string[];
  readonly title: string | null;
  readonly conversation_id: string;
  readonly branch: string | null;
  readonly relation: Relation;
  readonly parent_request_id: string | null;
  readonly retry_of: string | null;
  readonly depth: number;
  readonly launched_by: Placement['launchedBy'] | null;
  readonly launch_order: string | null;
  readonly link_source: LinkSource;
  readonly link_because: string;
  readonly forgotten: boolean;
}

export interface ChainStepTable {
  readonly conversation_id: string;
  readonly step_end: string;
  readonly answered: string;
  readonly domain: string;
  readonly previous_end: string | null;
  readonly previous_answered: string | null;
}

export interface AgentCallTable {
  readonly prompt_hash: string;
  readonly domain: string;
  readonly request_id: string;
}

export interface SummaryProbeTable {
  readonly probe: string;
  readonly domain: string;
  readonly role: 'read' | 'written';
  readonly request_id: string;
}

/** What conversations and branches count alike. */
export interface TallyColumns {
  readonly first_at: Date;
  readonly last_at: Date;
  readonly request_count: number;
  readonly turn_count: number;
  readonly retry_count: number;
  readonly error_count: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_tokens: number;
  readonly depth: number;
  readonly cost_nano: number;
  readonly unpriced_count: number;
}

export interface ConversationTable {
  readonly conversation_id: string;
  readonly domain: string;
  readonly first_at: Date;
  readonly last_at: Date;
  readonly request_count: number;
  readonly turn_count: number;
  readonly retry_count: number;
  readonly error_count: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_tokens: number;
  readonly depth: number;
  readonly branch_count: number;
  readonly fork_count: number;
  readonly subtask_count: number;
  readonly compaction_count: number;
  readonly models: readonly string[];
  readonly accounts: readonly string[];
  readonly keys: readonly string[];
  readonly title: string | null;
  readonly title_of: string | null;
  readonly title_at: Date | null;
  readonly first_prompt: string | null;
  readonly first_prompt_of: string | null;
  readonly first_prompt_at: Date | null;
  readonly latest_of: string | null;
  readonly latest_at: Date | null;
  readonly latest_model: string | null;
  readonly latest_context_tokens: number | null;
  readonly links_forgotten: boolean;
  readonly users: readonly string[];
  readonly projects: readonly string[];
  readonly cost_nano: number;
  readonly unpriced_count: number;
}

export interface BranchTable {
  readonly conversation_id: string;
  readonly name: string;
  readonly first_at: Date;
  readonly last_at: Date;
  readonly request_count: number;
  readonly turn_count: number;
  readonly retry_count: number;
  readonly error_count: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_tokens: number;
  readonly depth: number;
  readonly models: readonly string[];
  readonly first_request_id: string;
  readonly relation: Relation;
  readonly parent_request_id: string | null;
  readonly agent_id: string | null;
  readonly launch_order: string | null;
  readonly last_request_id: string;
  readonly cost_nano: number;
  readonly unpriced_count: number;
}

export interface PayloadDeletionTable {
  readonly payload_id: string;
  readonly deleted_at: Date;
  readonly deletion_id: string;
}

export interface MessageSearchTable {
  readonly payload_id: string;
  readonly month: string;
  readonly text_hash: string;
  readonly said_at: Date;
  readonly place: number;
  readonly request_id: string;
  readonly started_at: Date;
  readonly is_answer: boolean;
  readonly domain: string;
  readonly role: 'user' | 'assistant' | 'system';
  readonly tools: readonly string[];
  readonly words: string;
  readonly text_length: number;
  readonly codec: number;
  readonly data: Buffer;
}

export interface MessageSearchSliceTable {
  readonly payload_id: string;
  readonly month: string;
  readonly slice_hash: string;
  readonly text_hash: string | null;
}

export interface SearchQueueTable {
  readonly payload_id: string;
  readonly request_id: string;
  readonly started_at: Date;
}

export interface AuditTable {
  readonly audit_id: string;
  readonly at: Date;
  readonly actor: string;
  readonly actor_id: string | null;
  readonly verb: string;
  readonly noun: string;
  readonly noun_id: string;
  readonly domain: string | null;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
}

export interface SharedStateTable {
  readonly id: string;
  readonly state: unknown;
  readonly changed_at: Date;
  readonly changed_by: string;
  readonly kind: string;
}

export interface AccountTurnTable {
  readonly pool: string;
  readonly turn: number;
}

export interface SecretTable {
  readonly name: string;
  readonly sealed: Buffer;
  readonly changed_at: Date;
}
