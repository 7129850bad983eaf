import type { Pricing } from '@nexus/core';

/** Tables of usage and of windows. */
export interface UsageTables {
  readonly usage: UsageTable;
  readonly batch_message: BatchMessageTable;
  readonly usage_minute: UsageRollupTable;
  readonly usage_hour: UsageRollupTable;
  readonly usage_day: UsageRollupTable;
  readonly usage_session_day: UsageSessionTable;
  readonly usage_tool_day: UsageToolTable;
  readonly usage_margin: UsageMarginTable;
  readonly usage_margin_day: UsageMarginDayTable;
  readonly window_state: WindowStateTable;
  readonly window_sample: WindowSampleTable;
}

/** One exchange, or a call that it abandoned: what was used, and for whom. */
export interface UsageTable {
  readonly account_id: string;
  readonly started_at: Date;
  readonly request_id: string;
  readonly domain: string;
  readonly key_id: string | null;
  readonly user_id: string | null;
  readonly project_id: string | null;
  readonly session_id: string | null;
  readonly agent_id: string | null;
  readonly conversation_id: string;
  readonly model: string | null;
  readonly kind: string;
  readonly status: number | null;
  readonly outcome: string;
  readonly stream: boolean;
  readonly usage_estimated: boolean;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_5m_tokens: number;
  readonly cache_write_1h_tokens: number;
  readonly thinking_tokens: number;
  readonly server_tool_calls: number;
  readonly cost_nano: number | null;
  readonly cache_saved_nano: number | null;
  readonly pricing: Pricing | null;
  readonly price_version: string | null;
  readonly first_token_ms: number | null;
  readonly duration_ms: number;
  readonly request_bytes: number;
  readonly response_bytes: number;
  readonly tool_names: readonly string[];
  readonly suspicious: boolean;
  /** 0 of a call that was abandoned: its exchange is counted with the call that answered. */
  readonly request_count: number;
}

/** A message of a batch that was counted, or a call that was abandoned: its usage stands under the same id at the same instant. */
export interface BatchMessageTable {
  readonly message_id: string;
  readonly account_id: string;
  readonly started_at: Date;
  readonly request_id: string;
  readonly usage: unknown;
}

/** Sums of usage over a step of time that begins at `at`; minutes, hours and days are kept alike. */
export interface UsageRollupTable {
  readonly account_id: string;
  readonly at: Date;
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
  readonly user_id: string;
  readonly project_id: string;
  readonly status_class: number;
  readonly guessed_count: number;
  readonly unpriced_count: number;
  readonly cost_nano: number;
  readonly cache_saved_nano: number;
  readonly first_token_histogram: readonly number[];
  readonly duration_histogram: readonly number[];
  readonly suspicious_count: number;
}

/** What a session used on a day (UTC); the texts are empty where nothing is known. */
export interface UsageSessionTable {
  readonly account_id: string;
  readonly at: Date;
  readonly key_hash: string;
  readonly session_id: string;
  readonly domain: string;
  readonly user_id: string;
  readonly project_id: string;
  readonly model: string;
  readonly first_at: Date;
  readonly last_at: Date;
  readonly ended_at: Date;
  readonly request_count: number;
  readonly error_count: number;
  readonly unpriced_count: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_tokens: number;
  readonly cost_nano: number;
  readonly duration_ms: number;
}

/** How many requests of a day (UTC) called a tool. */
export interface UsageToolTable {
  readonly account_id: string;
  readonly at: Date;
  readonly key_hash: string;
  readonly domain: string;
  readonly user_id: string;
  readonly project_id: string;
  readonly model: string;
  readonly tool: string;
  readonly request_count: number;
  readonly last_at: Date;
  readonly call_count: number;
}

/** Sums of a closed day up to the end of the hour that begins at `at`, by one or two columns. */
export interface UsageMarginTable {
  readonly dimension: string;
  readonly at: Date;
  readonly value: string;
  readonly other: string;
  readonly request_count: number;
  readonly error_count: number;
  readonly estimated_count: number;
  readonly guessed_count: number;
  readonly unpriced_count: number;
  readonly suspicious_count: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_5m_tokens: number;
  readonly cache_write_1h_tokens: number;
  readonly thinking_tokens: number;
  readonly cost_nano: number;
  readonly cache_saved_nano: number;
  readonly duration_ms: number;
  readonly first_token_histogram: readonly number[];
  readonly duration_histogram: readonly number[];
}

/** A day (UTC) whose margins hold everything. */
export interface UsageMarginDayTable {
  readonly at: Date;
}

/** What was told of a window last. */
export interface WindowStateTable {
  readonly account_id: string;
  readonly name: string;
  readonly seen_at: Date;
  readonly scope: string | null;
  readonly used_millionths: number | null;
  readonly rejected: boolean;
  readonly warned: boolean;
  readonly resets_at: Date | null;
}

/** What was told of a window, where it was not what was told before. */
export interface WindowSampleTable {
  readonly account_id: string;
  readonly name: string;
  readonly seen_at: Date;
  readonly used_millionths: number | null;
  readonly rejected: boolean;
  readonly warned: boolean;
  readonly resets_at: Date | null;
}
