-- Messages of batches that were counted, by a hash of Claude's own id of them: whoever fetches the same results again, from
-- whichever process and by whichever account, finds them counted. What they used stands in `usage`, under the same hash as its id
-- and at the same instant; here is what pricing must know beyond that.
create table batch_message (
  message_id uuid primary key,
  account_id text not null,
  started_at timestamptz(3) not null,
  -- The exchange that fetched it first.
  request_id uuid not null,
  usage jsonb not null
);
create index batch_message_started on batch_message (started_at);
create index batch_message_request on batch_message (request_id);

do $$
begin
  if exists (select from pg_roles where rolname = 'nexus_writer') then
    grant select, insert, delete on batch_message to nexus_writer;
  end if;
  if exists (select from pg_roles where rolname = 'nexus_reader') then
    grant select on batch_message to nexus_reader;
  end if;
end $$;
