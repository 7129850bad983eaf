-- What was sealed for an account goes with the account.
do $$
begin
  if exists (select from pg_roles where rolname = 'nexus_writer') then
    grant delete on secret to nexus_writer;
  end if;
end $$;
