-- Who a key belongs to, what it may do, and when it was last shown to us.
alter table key
  add column owner text,
  add column project text,
  add column labels text[] not null default '{}',
  -- `proxy` lets clients through to Claude; the others open our own API.
  add column scopes text[] not null default '{proxy}',
  add column last_used_at timestamptz(3),
  add column rotated_at timestamptz(3),
  -- The secret before the last rotation, good until its instant.
  add column previous_hash bytea,
  add column previous_until timestamptz(3);

-- How much may be asked for in how long: by one key, one user, one project, one domain, or everybody ('*').
create table traffic_limit (
  subject_kind text not null,
  subject text not null,
  requests_per_minute integer,
  input_tokens_per_minute integer,
  output_tokens_per_minute integer,
  concurrent integer,
  changed_at timestamptz(3) not null,
  primary key (subject_kind, subject)
);

do $$
begin
  if exists (select from pg_roles where rolname = 'nexus_writer') then
    grant update (last_used_at) on key to nexus_writer;
    grant select on traffic_limit to nexus_writer;
  end if;
  if exists (select from pg_roles where rolname = 'nexus_reader') then
    grant select on traffic_limit to nexus_reader;
  end if;
end $$;
