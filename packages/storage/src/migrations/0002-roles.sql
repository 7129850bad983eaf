-- The proxy writes and never reads prompts back; the dashboard reads and never writes. A managed database may not let us
-- make roles: then everybody works as the owner of the tables, and a notice says so.
do $$
begin
  create role nexus_writer nologin;
exception
  when duplicate_object or unique_violation then null;
  when insufficient_privilege then raise notice 'role nexus_writer was not made: the user lacks CREATEROLE';
end $$;

do $$
begin
  create role nexus_reader nologin;
exception
  when duplicate_object or unique_violation then null;
  when insufficient_privilege then raise notice 'role nexus_reader was not made: the user lacks CREATEROLE';
end $$;

do $$
begin
  if exists (select from pg_roles where rolname = 'nexus_writer') then
    grant select, insert on request, request_body, response_body, message_blob, recorder_loss to nexus_writer;
    grant select, insert, update on usage_hour to nexus_writer;
    grant select on key to nexus_writer;
  end if;
  if exists (select from pg_roles where rolname = 'nexus_reader') then
    grant select on request, request_body, response_body, message_blob, usage_hour, recorder_loss, key, schema_migration to nexus_reader;
  end if;
end $$;
