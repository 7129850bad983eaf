/** One name on the page of `/metrics`. */
export interface MetricDeclaration {
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** What it counts, as one sentence; units are in its name. */
  readonly help: string;
  /** Their values are bounded: what a caller can make up beyond is `other`. */
  readonly labels: readonly string[];
}

/**
 * Every metric of our own. Dashboards and alerts rest on these names, labels and units, so they change like an API does.
 * What the runtime tells of the process (`process_…`, `nodejs_…`) stands beside them.
 */
export const METRICS = {
  http_requests_total: counter('HTTP requests to the proxy and the API, by route and status.', [
    'method',
    'endpoint',
    'status',
  ]),
  http_request_duration_seconds: histogram('How long HTTP requests took, answer included.', ['method', 'endpoint']),
  api_errors_total: counter('Requests that ended with an error, ours or Claude’s.', ['endpoint', 'error_type']),
  active_sessions: gauge('Sessions of callers with a request in the last five minutes.'),
  sse_connections: gauge('Live feeds that are open.'),
  websocket_connections: gauge('WebSockets that are open; this version opens none.'),
  token_usage_total: counter('Tokens, under the name of earlier versions; the same as nexus_tokens_total.', [
    'model',
    'type',
  ]),
  system_memory_bytes: gauge('Memory of the machine, and what this process holds of it (`resident`).', ['type']),
  system_cpu_percent: gauge('Share of all processors of the machine that was busy since the last scrape.'),
  redis_connections: gauge('Connections to Redis that are open.'),
  database_connections: gauge('Connections of the pool to the database.', ['state']),

  nexus_build_info: gauge('Always 1; the labels say what runs.', ['version', 'runtime']),
  nexus_exchanges_total: counter('Exchanges by how they ended.', ['outcome']),
  nexus_exchanges_in_flight: gauge('Exchanges in flight now.'),
  nexus_exchange_seconds: histogram('Life of an exchange, from its first to its last byte here.', ['answer']),
  nexus_phase_seconds: histogram('Time that exchanges spent in each phase.', ['phase']),
  nexus_answers_total: counter('Answers by status.', ['status']),
  nexus_fail_overs_total: counter('Exchanges for which more than one account was asked, by how they ended.', [
    'outcome',
  ]),
  nexus_upstream_requests_total: counter('Requests to models, each account that was asked for one counted.', [
    'protocol',
    'model',
    'status_class',
    'credential',
  ]),
  nexus_ttft_seconds: histogram('Wait for the first token of streamed answers.', ['model']),
  nexus_stream_duration_seconds: histogram('From the first byte of a streamed answer to its end.', ['model']),
  nexus_stream_end_total: counter('Streamed answers by how they ended.', ['reason']),
  nexus_tokens_total: counter('Tokens as Claude counted them, or estimated where its last word is missing.', [
    'model',
    'type',
  ]),
  nexus_cost_usd_total: counter('Dollars by model, where prices are known.', ['model']),
  nexus_cache_saved_usd_total: counter('Dollars that the prompt cache saved; less than nothing is not counted.', [
    'model',
  ]),
  nexus_cache_turns_total: counter('Turns by what the prompt cache did for them: `warm`, or why they missed it.', [
    'verdict',
  ]),
  nexus_cache_lost_tokens_total: counter('Tokens that were paid as input though the cache could have held them.', [
    'model',
    'verdict',
  ]),
  nexus_cache_lost_usd_total: counter('Dollars that misses of the prompt cache cost, where prices are known.', [
    'model',
    'verdict',
  ]),
  nexus_unpriced_requests_total: counter('Requests with usage whose price is not known.', ['model']),
  nexus_suspicious_requests_total: counter('Requests with counts that cannot be true; they have no price.', ['model']),
  nexus_batch_messages_total: counter('Messages of batches that were counted when their results were first fetched.', [
    'model',
  ]),
  nexus_batch_unread_total: counter(
    'Fetched results of batches that were not read whole: more may have been used.',
    [],
  ),
  nexus_malformed_requests_total: counter('Requests that broke the rules of HTTP, by whether they are on record.', [
    'record',
  ]),
  nexus_tool_calls_total: counter('Calls of tools in answers, by the name of the tool.', ['tool']),
  nexus_rate_limited_total: counter('Requests that a limit or budget of ours refused, by what it limits.', ['bucket']),

  nexus_accounts: gauge('Accounts in credential files.'),
  nexus_accounts_away: gauge('Accounts that rest, are refused, paused or switched off.'),
  nexus_credential_state: gauge('1 for the state that an account is in, 0 for the others.', ['credential', 'state']),
  nexus_credential_cooldowns_total: counter('Rests of accounts, by why.', ['reason']),
  nexus_token_mint_total: counter('Tokens that were made or refreshed, and tries that failed.', ['type', 'result']),
  nexus_window_utilisation_ratio: gauge('Share of a limit that is used, as Claude told it last; 1 is all of it.', [
    'credential',
    'window',
  ]),
  nexus_window_reset_timestamp_seconds: gauge('When a limit begins anew, in seconds since 1970.', [
    'credential',
    'window',
  ]),
  nexus_budget_used_ratio: gauge('Of the budgets of one kind, the share that is used of the most used one.', [
    'subject',
    'period',
  ]),

  nexus_redis_up: gauge('Whether Redis answers: 1 or 0. Absent where none is set.'),
  nexus_limits_without_redis_total: counter('Exchanges with limits that came while Redis was away.'),
  nexus_database_up: gauge('1 while the database answers, 0 while it does not or storage is off.'),
  nexus_usage_wrong_days: gauge(
    'Days whose sums of usage were not those of their requests when they were proved last.',
  ),
  nexus_storage_queue_depth: gauge('Records that are not in the database yet.'),
  nexus_recorder_queued_records: gauge('Records that are not in the database yet.'),
  nexus_recorder_queued_bytes: gauge('Memory that records wait in.'),
  nexus_recorder_spool_bytes: gauge('Disk that records wait in.'),
  nexus_recorder_written_records_total: counter('Records that the database took.'),
  nexus_dropped_total: counter('What had to be given up: bodies, records, and what others were to be told.', ['what']),
  nexus_export_sent_total: counter('What collectors and TELEMETRY_ENDPOINT took.', ['what']),
  nexus_export_waiting: gauge('What waits for collectors and TELEMETRY_ENDPOINT.', ['what']),

  nexus_forward_connections: gauge('Connections to the forward proxy now.'),
  nexus_forward_connects_total: counter('CONNECT requests by what became of them.', ['outcome']),
  nexus_forward_tunnel_bytes_total: counter('Bytes that passed unseen through tunnels.', ['direction']),

  nexus_mcp_calls_total: counter('Calls of tools of MCP servers; this version serves none.', [
    'server',
    'tool',
    'result',
  ]),
  nexus_mcp_duration_seconds: histogram('How long calls of MCP tools took; this version serves none.', [
    'server',
    'tool',
  ]),
} as const satisfies Readonly<Record<string, MetricDeclaration>>;

export type MetricName = keyof typeof METRICS;

export interface NamedMetric extends MetricDeclaration {
  readonly name: MetricName;
}

/** A metric with its name, as those who count want it. */
export function toMetric(name: MetricName): NamedMetric {
  return { name, ...METRICS[name] };
}

function counter(help: string, labels: readonly string[] = []): MetricDeclaration {
  return { type: 'counter', help, labels };
}

function gauge(help: string, labels: readonly string[] = []): MetricDeclaration {
  return { type: 'gauge', help, labels };
}

function histogram(help: string, labels: readonly string[] = []): MetricDeclaration {
  return { type: 'histogram', help, labels };
}
