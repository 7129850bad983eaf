-- Sums by session and by tool of each day (UTC), so that neither is counted request by request. A row of usage names its
-- tools from here on: it outlives the request that named them before, and is what the sums are proved against.
alter table usage add column tool_names text[] not null default '{}';

update usage as u
set tool_names = r.tool_names
from request as r
where r.conversation_id = u.conversation_id
  and r.started_at = u.started_at
  and r.request_id = u.request_id
  and cardinality(r.tool_names) > 0;

-- What a sum is kept by has more letters than an entry of an index holds: `key_hash` is half of the SHA-256 of session,
-- domain, user, project and model, with a zero byte between.
create table usage_session_day (
  account_id text not null,
  at timestamptz(3) not null,
  key_hash uuid not null,
  session_id text not null,
  domain text not null,
  user_id text not null,
  project_id text not null,
  model text not null,
  -- Beginnings of the first and the last request, and the latest end of one.
  first_at timestamptz(3) not null,
  last_at timestamptz(3) not null,
  ended_at timestamptz(3) not null,
  request_count bigint not null,
  error_count bigint not null,
  unpriced_count bigint not null,
  input_tokens bigint not null,
  output_tokens bigint not null,
  cache_read_tokens bigint not null,
  cache_write_tokens bigint not null,
  cost_nano bigint not null,
  duration_ms bigint not null,
  primary key (account_id, at, key_hash)
) with (fillfactor = 80);
create index usage_session_day_at on usage_session_day (at);
create index usage_session_day_session on usage_session_day (session_id);

-- By day, domain, user, project, model and tool, hashed alike.
create table usage_tool_day (
  account_id text not null,
  at timestamptz(3) not null,
  key_hash uuid not null,
  domain text not null,
  user_id text not null,
  project_id text not null,
  model text not null,
  tool text not null,
  -- Requests whose answer called the tool, however often.
  request_count bigint not null,
  last_at timestamptz(3) not null,
  primary key (account_id, at, key_hash)
) with (fillfactor = 80);
create index usage_tool_day_at on usage_tool_day (at);

insert into usage_session_day
select
  account_id,
  at,
  encode(
    substr(
      sha256(
        convert_to(session_id, 'UTF8') || '\x00' || convert_to(domain, 'UTF8') || '\x00' || convert_to(user_id, 'UTF8')
        || '\x00' || convert_to(project_id, 'UTF8') || '\x00' || convert_to(model, 'UTF8')
      ),
      1,
      16
    ),
    'hex'
  )::uuid,
  session_id,
  domain,
  user_id,
  project_id,
  model,
  min(started_at),
  max(started_at),
  max(started_at + duration_ms * interval '1 millisecond'),
  count(*),
  count(*) filter (where outcome not in ('completed', 'aborted')),
  count(*) filter (where pricing = 'unpriced'),
  sum(input_tokens),
  sum(output_tokens),
  sum(cache_read_tokens),
  sum(cache_write_5m_tokens::bigint + cache_write_1h_tokens),
  coalesce(sum(cost_nano), 0),
  sum(duration_ms)
from (
  select
    account_id,
    date_trunc('day', started_at, 'UTC') as at,
    session_id,
    domain,
    coalesce(user_id, '') as user_id,
    coalesce(project_id, '') as project_id,
    coalesce(model, '') as model,
    started_at,
    duration_ms,
    outcome,
    pricing,
    input_tokens,
    output_tokens,
    cache_read_tokens,
    cache_write_5m_tokens,
    cache_write_1h_tokens,
    cost_nano
  from usage
  where session_id is not null
) as used
group by account_id, at, session_id, domain, user_id, project_id, model;

insert into usage_tool_day
select
  account_id,
  at,
  encode(
    substr(
      sha256(
        convert_to(domain, 'UTF8') || '\x00' || convert_to(user_id, 'UTF8') || '\x00' || convert_to(project_id, 'UTF8')
        || '\x00' || convert_to(model, 'UTF8') || '\x00' || convert_to(tool, 'UTF8')
      ),
      1,
      16
    ),
    'hex'
  )::uuid,
  domain,
  user_id,
  project_id,
  model,
  tool,
  count(distinct request_id),
  max(started_at)
from (
  select
    account_id,
    date_trunc('day', started_at, 'UTC') as at,
    domain,
    coalesce(user_id, '') as user_id,
    coalesce(project_id, '') as project_id,
    coalesce(model, '') as model,
    t.tool,
    request_id,
    started_at
  from usage
  cross join lateral unnest(tool_names) as t (tool)
) as called
group by account_id, at, domain, user_id, project_id, model, tool;

do $$
begin
  if exists (select from pg_roles where rolname = 'nexus_writer') then
    grant select, insert, update on usage_session_day, usage_tool_day to nexus_writer;
  end if;
  if exists (select from pg_roles where rolname = 'nexus_reader') then
    grant select on usage_session_day, usage_tool_day to nexus_reader;
  end if;
end $$;
