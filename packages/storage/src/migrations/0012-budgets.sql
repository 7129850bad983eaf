-- How much money a key, a user, a project, a domain or everybody may use in a day, a week or a month.
create table budget (
  budget_id uuid primary key,
  subject_kind text not null,
  subject text not null,
  period text not null,
  limit_nano bigint not null,
  changed_at timestamptz(3) not null
);

create unique index budget_subject on budget (subject_kind, subject, period);

-- One span of a budget: what calls cost, and the worst cases of those that are under way.
create table budget_window (
  budget_id uuid not null,
  period_start timestamptz(3) not null,
  spent_nano bigint not null,
  reserved_nano bigint not null,
  primary key (budget_id, period_start)
) with (fillfactor = 70);

-- A call that is under way. Its process renews the lease; where that ends, the call costs what its record says, else its
-- worst case until there is a record.
create table budget_reservation (
  budget_id uuid not null,
  request_id uuid not null,
  period_start timestamptz(3) not null,
  started_at timestamptz(3) not null,
  nano bigint not null,
  -- Whether the worst case counts as spent already.
  charged boolean not null,
  lease_until timestamptz(3) not null,
  primary key (budget_id, request_id)
);

create index budget_reservation_request on budget_reservation (request_id);
create index budget_reservation_lease on budget_reservation (lease_until);

do $$
begin
  if exists (select from pg_roles where rolname = 'nexus_writer') then
    grant select on budget to nexus_writer;
    grant select, insert, update, delete on budget_window, budget_reservation to nexus_writer;
  end if;
  if exists (select from pg_roles where rolname = 'nexus_reader') then
    grant select on budget, budget_window, budget_reservation to nexus_reader;
  end if;
end $$;
