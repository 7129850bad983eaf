-- What was said, to be searched. Both tables are filled from the bodies after these were written, and can be emptied and
-- filled again at any time; a month has its partitions from the moment on at which its bodies are queued to be read.

-- One row for each unique message of a payload and month, whoever repeated it.
create table message_search (
  payload_id uuid not null,
  month date not null,
  -- 16 bytes of a hash over role and words, so that an answer and its copies in later requests are one row.
  text_hash uuid not null,
  said_at timestamptz(3) not null,
  -- Among what was said at the same time: its place in the body that carried it first.
  place integer not null,
  -- The first request that carried it, or that it answers.
  request_id uuid not null,
  started_at timestamptz(3) not null,
  is_answer boolean not null,
  domain text not null,
  role text not null,
  -- Names of the tools that it calls, or that gave its results.
  tools text[] not null,
  -- Words as the program cuts them: a database's own parser depends on its locale, and drops `Array<string>` as markup.
  words tsvector not null,
  -- Characters of the whole text; only its beginning is kept here, and searched.
  text_length integer not null,
  codec smallint not null,
  data bytea not null,
  primary key (payload_id, month, text_hash)
) partition by range (month);

-- What was added last waits in a list that every search reads through: 4 MB of it, as is usual, take 14 ms.
create index message_search_words on message_search using gin (words) with (gin_pending_list_limit = 512);
create index message_search_said on message_search (said_at, place, text_hash);

-- These are compressed already.
alter table message_search alter column data set storage external;

-- Slices of bodies that were read, and what they say: one message comes in several shapes, and some say nothing.
create table message_search_slice (
  payload_id uuid not null,
  month date not null,
  slice_hash uuid not null,
  text_hash uuid,
  primary key (payload_id, month, slice_hash)
) partition by range (month);

-- Requests whose bodies wait to be read. Written with the request, deleted with what was read of it.
create table search_queue (
  payload_id uuid not null,
  request_id uuid not null,
  started_at timestamptz(3) not null,
  primary key (payload_id, request_id)
);

create index search_queue_started on search_queue (started_at, request_id);

do $$
begin
  if exists (select from pg_roles where rolname = 'nexus_writer') then
    grant select, insert, update, delete on message_search, message_search_slice, search_queue to nexus_writer;
  end if;
  if exists (select from pg_roles where rolname = 'nexus_reader') then
    grant select on message_search, message_search_slice, search_queue to nexus_reader;
  end if;
end $$;
