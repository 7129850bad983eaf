-- How accounts are: whether they rest and until when, who paused them, what their windows said last. Written by whichever
-- process found out, within a second, and read by all others; nobody's request waits for it. One small row an account.
create table account_state (
  account_id text primary key,
  state jsonb not null,
  -- By the clock of the database, so that processes agree on what is new.
  changed_at timestamptz(3) not null,
  -- The process that wrote it last, which need not read it again.
  changed_by uuid not null
);

create index account_state_changed on account_state (changed_at);

-- How many turns the processes that share a pool have taken from it; they take them in blocks.
create table account_turn (
  pool text primary key,
  turn bigint not null
);

-- Secrets that credential files only name. Sealed by the gateway with a key that is never here: a dump opens nothing.
create table secret (
  name text primary key,
  sealed bytea not null,
  changed_at timestamptz(3) not null
);

do $$
begin
  if exists (select from pg_roles where rolname = 'nexus_writer') then
    grant select, insert, update on account_state, account_turn, secret to nexus_writer;
  end if;
  if exists (select from pg_roles where rolname = 'nexus_reader') then
    grant select on account_state, account_turn to nexus_reader;
  end if;
end $$;
