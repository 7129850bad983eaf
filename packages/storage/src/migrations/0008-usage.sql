-- One narrow row for each recorded exchange: what it used and what that cost, and for whom. It outlives the conversation that
-- it was part of, since what was spent stays spent. Its id is that of the request, so writing it twice changes nothing.
create table usage (
  -- Empty where no account answered.
  account_id text not null,
  started_at timestamptz(3) not null,
  request_id uuid not null,
  domain text not null,
  key_id text,
  user_id text,
  project_id text,
  session_id text,
  agent_id text,
  conversation_id uuid not null,
  model text,
  kind text not null,
  status smallint,
  outcome text not null,
  stream boolean not null,
  usage_estimated boolean not null,
  input_tokens integer not null,
  output_tokens integer not null,
  cache_read_tokens integer not null,
  cache_write_5m_tokens integer not null,
  cache_write_1h_tokens integer not null,
  thinking_tokens integer not null,
  server_tool_calls integer not null,
  -- Null where nobody knows the price, or nothing was used: `pricing` tells which.
  cost_nano bigint,
  cache_saved_nano bigint,
  pricing text,
  price_version text,
  first_token_ms integer,
  duration_ms integer not null,
  request_bytes bigint not null,
  response_bytes bigint not null,
  primary key (account_id, started_at, request_id)
) partition by range (started_at);

create index usage_started on usage (started_at, request_id);
create index usage_session on usage (session_id, started_at) where session_id is not null;

-- Sums of the rows above. Texts are empty where nothing is known, since a null is no key; histograms count durations in the
-- fixed steps of latency-steps.ts and are merged by addition.
alter table usage_hour rename column hour to at;
alter index usage_hour_hour rename to usage_hour_at;
alter table usage_hour
  add column user_id text not null default '',
  add column project_id text not null default '',
  add column status_class smallint not null default 0,
  add column guessed_count bigint not null default 0,
  add column unpriced_count bigint not null default 0,
  add column cost_nano bigint not null default 0,
  add column cache_saved_nano bigint not null default 0,
  add column first_token_histogram integer[] not null default '{}',
  add column duration_histogram integer[] not null default '{}',
  drop constraint usage_hour_pkey;
alter table usage_hour
  add primary key (account_id, at, domain, key_id, user_id, project_id, model, kind, outcome, status_class);

create table usage_minute (like usage_hour including defaults) partition by range (at);
alter table usage_minute
  add primary key (account_id, at, domain, key_id, user_id, project_id, model, kind, outcome, status_class);
create index usage_minute_at on usage_minute (at);

create table usage_day (like usage_hour including defaults);
alter table usage_day set (fillfactor = 80);
alter table usage_day
  add primary key (account_id, at, domain, key_id, user_id, project_id, model, kind, outcome, status_class);
create index usage_day_at on usage_day (at);

-- The hours of before have no rows to be made of; their days are theirs added up.
insert into usage_day
select
  account_id,
  date_trunc('day', at, 'UTC'),
  domain,
  key_id,
  model,
  kind,
  outcome,
  sum(request_count),
  sum(estimated_count),
  sum(input_tokens),
  sum(output_tokens),
  sum(cache_read_tokens),
  sum(cache_write_5m_tokens),
  sum(cache_write_1h_tokens),
  sum(thinking_tokens),
  sum(request_bytes),
  sum(response_bytes),
  sum(duration_ms)
from usage_hour
group by 1, 2, 3, 4, 5, 6, 7;

do $$
begin
  if exists (select from pg_roles where rolname = 'nexus_writer') then
    grant select, insert, update on usage, usage_minute, usage_day to nexus_writer;
  end if;
  if exists (select from pg_roles where rolname = 'nexus_reader') then
    grant select on usage, usage_minute, usage_day to nexus_reader;
  end if;
end $$;
