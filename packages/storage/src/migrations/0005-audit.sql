-- Who changed what. Written in the transaction of the change itself, so that neither is ever there without the other. Only
-- people and their scripts make entries, so the table stays small and is not cut by month.
create table audit (
  audit_id uuid primary key,
  at timestamptz(3) not null,
  -- The kind of who it was, and what is known beside: a session, a key, a name on the machine.
  actor text not null,
  actor_id text,
  verb text not null,
  noun text not null,
  noun_id text not null,
  domain text,
  detail jsonb not null
);

create index audit_at on audit (at, audit_id);
create index audit_noun on audit (noun, noun_id, at, audit_id);

-- Lists by who sent a request, who paid for it, and what run it belonged to.
create index request_key on request (key_id, started_at, request_id) where key_id is not null;
create index request_account on request (account_id, started_at, request_id) where account_id is not null;
create index request_session on request (session_id, started_at, request_id) where session_id is not null;

-- Conversations that rested for so long that linking may forget them: none of their requests is found as a parent any more.
alter table conversation add column links_forgotten boolean not null default false;
alter table fingerprint add column forgotten boolean not null default false;
create index conversation_remembered on conversation (last_at, conversation_id) where not links_forgotten;

do $$
begin
  if exists (select from pg_roles where rolname = 'nexus_reader') then
    grant select on audit to nexus_reader;
  end if;
end $$;
