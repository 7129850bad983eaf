-- What answers told of the windows in which Claude limits an account: the latest of each, and where it changed. Shares are
-- kept in millionths; null is not told, which is not nothing. Instants are those at which the request began.
create table window_state (
  account_id text not null,
  name text not null,
  seen_at timestamptz(3) not null,
  scope text,
  used_millionths integer,
  rejected boolean not null,
  warned boolean not null,
  resets_at timestamptz(3),
  primary key (account_id, name)
) with (fillfactor = 80);

create table window_sample (
  account_id text not null,
  name text not null,
  seen_at timestamptz(3) not null,
  used_millionths integer,
  rejected boolean not null,
  warned boolean not null,
  resets_at timestamptz(3),
  primary key (account_id, name, seen_at)
) partition by range (seen_at);

do $$
begin
  if exists (select from pg_roles where rolname = 'nexus_writer') then
    grant select, insert, update on window_state to nexus_writer;
    grant select, insert on window_sample to nexus_writer;
  end if;
  if exists (select from pg_roles where rolname = 'nexus_reader') then
    grant select on window_state, window_sample to nexus_reader;
  end if;
end $$;
