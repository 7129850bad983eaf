-- A window that slides over a month of an account looks at every request in it, and at nothing but its time and output: the
-- key holds both, so the rows themselves, which lie between those of all other accounts, are not fetched.
alter table usage
  drop constraint usage_pkey,
  add primary key (account_id, started_at, request_id) include (output_tokens);
