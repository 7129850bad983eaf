-- Narrow facts, payload and roll-ups are three planes; lists read the first and the last, never the second.
-- The distribution key stands first in every primary key, and there are no sequences, triggers or foreign keys,
-- so that the same tables can be distributed by Citus one day.

create table request (
  conversation_id uuid not null,
  started_at timestamptz(3) not null,
  request_id uuid not null,
  domain text not null,
  key_id text,
  account_id text,
  session_id text,
  agent_id text,
  parent_agent_id text,
  method text not null,
  path text not null,
  query text not null,
  kind text not null,
  model text,
  model_served text,
  stream boolean not null,
  status smallint,
  outcome text not null,
  error_code text,
  error_type text,
  stop_reason text,
  -- All token counts are null where Claude told no usage.
  input_tokens integer,
  output_tokens integer,
  cache_read_tokens integer,
  cache_write_5m_tokens integer,
  cache_write_1h_tokens integer,
  thinking_tokens integer,
  -- Rarely there, so null instead of an empty object or array.
  server_tool_uses jsonb,
  iterations jsonb,
  usage_estimated boolean not null,
  first_byte_ms integer,
  first_token_ms integer,
  duration_ms integer not null,
  request_bytes bigint not null,
  response_bytes bigint not null,
  upstream_request_id text,
  user_agent text,
  message_count integer not null,
  tool_names text[] not null,
  preview text not null,
  payload text not null,
  primary key (conversation_id, started_at, request_id)
) partition by range (started_at);

create index request_started on request (started_at, request_id);
create index request_domain on request (domain, started_at, request_id);
create index request_model on request (model, started_at, request_id);
-- Errors are rare, so a list of them must not walk over everything that went well.
create index request_not_completed on request (started_at, request_id) where outcome <> 'completed';

create table request_body (
  conversation_id uuid not null,
  started_at timestamptz(3) not null,
  request_id uuid not null,
  -- 'slices': skeleton and references; 'whole': one compressed blob, where the body could not be cut; 'none': no body.
  method text not null,
  -- The request that this one shares its first `keep` slices with; null in a keyframe.
  base_id uuid,
  -- The keyframe that this chain of bases ends at; the request itself in a keyframe.
  keyframe_id uuid,
  keep integer not null,
  -- Hashes (16 bytes each) of the slices after the kept ones.
  refs bytea not null,
  -- The skeleton, or the whole body.
  data bytea not null,
  data_codec smallint not null,
  raw_bytes integer not null,
  raw_sha256 bytea,
  -- Headers of both sides and phase timings.
  details bytea not null,
  details_codec smallint not null,
  primary key (conversation_id, started_at, request_id)
) partition by range (started_at);

create table response_body (
  conversation_id uuid not null,
  started_at timestamptz(3) not null,
  request_id uuid not null,
  -- `content-encoding` of the bytes; null for identity.
  encoding text,
  -- True where only the beginning was kept.
  truncated boolean not null,
  data bytea not null,
  data_codec smallint not null,
  raw_bytes bigint not null,
  raw_sha256 bytea not null,
  -- When each piece arrived and how long it was.
  timings bytea not null,
  primary key (conversation_id, started_at, request_id)
) partition by range (started_at);

-- One copy of a slice per conversation and month: what one conversation needs lies together, and dropping a month needs
-- no search for slices that are still in use.
create table message_blob (
  conversation_id uuid not null,
  month date not null,
  hash bytea not null,
  codec smallint not null,
  raw_bytes integer not null,
  data bytea not null,
  primary key (conversation_id, month, hash)
) partition by range (month);

-- These are compressed already: PostgreSQL would only spend time to find that out.
alter table request_body alter column data set storage external;
alter table request_body alter column details set storage external;
alter table response_body alter column data set storage external;
alter table message_blob alter column data set storage external;

create table usage_hour (
  account_id text not null,
  hour timestamptz(0) not null,
  domain text not null,
  key_id text not null,
  model text not null,
  kind text not null,
  outcome text not null,
  request_count bigint not null,
  estimated_count bigint not null,
  input_tokens bigint not null,
  output_tokens bigint not null,
  cache_read_tokens bigint not null,
  cache_write_5m_tokens bigint not null,
  cache_write_1h_tokens bigint not null,
  thinking_tokens bigint not null,
  request_bytes bigint not null,
  response_bytes bigint not null,
  duration_ms bigint not null,
  primary key (account_id, hour, domain, key_id, model, kind, outcome)
) with (fillfactor = 80);

create index usage_hour_hour on usage_hour (hour);

create table key (
  key_id uuid primary key,
  hash bytea not null unique,
  hint text not null,
  name text not null,
  domain text,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3),
  revoked_at timestamptz(3)
);

-- What could not be kept, so that a gap in the history is a fact and not a riddle.
create table recorder_loss (
  loss_id uuid primary key,
  lost_at timestamptz(3) not null,
  process text not null,
  reason text not null,
  payloads integer not null,
  records integer not null
);
