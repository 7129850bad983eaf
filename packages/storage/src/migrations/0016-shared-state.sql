-- What a process finds out is told to all others by one table, whatever it is about: accounts, the upstreams behind them, and
-- conversations that were moved to another account. Nobody's request waits for it.
alter table account_state rename to shared_state;
alter table shared_state rename column account_id to id;
alter table shared_state add column kind text not null default 'account';
alter table shared_state alter column kind drop default;
alter table shared_state drop constraint account_state_pkey;
alter table shared_state add primary key (kind, id);

drop index account_state_changed;
create index shared_state_changed on shared_state (kind, changed_at);

do $$
begin
  if exists (select from pg_roles where rolname = 'nexus_writer') then
    grant delete on shared_state to nexus_writer;
  end if;
end $$;
