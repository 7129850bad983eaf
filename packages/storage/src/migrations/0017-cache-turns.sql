-- Of each turn, whether it read what the turn before it had left in Claude's prompt cache, and if not, why and what that
-- cost. Written behind the back of recording from what was recorded; it can be emptied and made again while bodies last.
create table cache_turn (
  account_id text not null,
  started_at timestamptz(3) not null,
  request_id uuid not null,
  domain text not null,
  key_id text not null,
  user_id text not null,
  project_id text not null,
  model text not null,
  kind text not null,
  -- The turn that it was compared with.
  parent_request_id uuid,
  verdict text not null,
  -- What goes with the verdict, such as the tool that changed.
  detail jsonb not null,
  readable_tokens integer not null,
  lost_tokens integer not null,
  -- Null where nobody knows the price.
  lost_nano bigint,
  primary key (account_id, started_at, request_id)
) partition by range (started_at);

create index cache_turn_started on cache_turn (started_at, request_id);
-- The dearest misses of some days are a walk from its end.
create index cache_turn_lost on cache_turn (lost_nano, started_at) where lost_tokens > 0;

create table cache_hour (
  account_id text not null,
  at timestamptz(0) not null,
  domain text not null,
  key_id text not null,
  user_id text not null,
  project_id text not null,
  model text not null,
  kind text not null,
  verdict text not null,
  turn_count bigint not null,
  lost_tokens bigint not null,
  lost_nano bigint not null,
  -- Turns that lost something whose price nobody knows.
  unpriced_count bigint not null,
  primary key (account_id, at, domain, key_id, user_id, project_id, model, kind, verdict)
) with (fillfactor = 80);
create index cache_hour_at on cache_hour (at);

create table cache_day (like cache_hour including defaults);
alter table cache_day set (fillfactor = 80);
alter table cache_day
  add primary key (account_id, at, domain, key_id, user_id, project_id, model, kind, verdict);
create index cache_day_at on cache_day (at);

-- Turns that wait to be looked at: written with the turn, and again when its place in its conversation became another. Who
-- looks deletes what it saw, so a turn that was queued once more meanwhile stays.
create table cache_queue (
  account_id text not null,
  request_id uuid not null,
  started_at timestamptz(3) not null,
  queued_at timestamptz(3) not null,
  primary key (account_id, request_id)
);
create index cache_queue_started on cache_queue (started_at, request_id);

-- A month of what was recorded before is looked at too; of what is older, few bodies are left to say why.
insert into cache_queue (account_id, request_id, started_at, queued_at)
select account_id, request_id, started_at, clock_timestamp()
from usage
where kind in ('inference', 'compaction') and started_at >= now() - interval '30 days'
on conflict do nothing;

do $$
begin
  if exists (select from pg_roles where rolname = 'nexus_writer') then
    grant select, insert, update, delete on cache_turn, cache_queue to nexus_writer;
    grant select, insert, update on cache_hour, cache_day to nexus_writer;
  end if;
  if exists (select from pg_roles where rolname = 'nexus_reader') then
    grant select on cache_turn, cache_hour, cache_day, cache_queue to nexus_reader;
  end if;
end $$;
