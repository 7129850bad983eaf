-- Days (UTC) that are over, summed up by one or two of the things that usage can be split by. Sums by everything at once have
-- hundreds of rows an hour; a month by model needs four of them a day. Each row holds what was used from the beginning of its
-- day to the end of the hour that begins at `at`, so a day of any time zone of whole hours is the difference of two rows.
-- Made behind the back of recording by who keeps house, and made again where a record comes late.
create table usage_margin (
  dimension text not null,
  at timestamptz(3) not null,
  value text not null,
  other text not null,
  request_count bigint not null,
  error_count bigint not null,
  estimated_count bigint not null,
  guessed_count bigint not null,
  unpriced_count bigint not null,
  suspicious_count bigint not null,
  input_tokens bigint not null,
  output_tokens bigint not null,
  cache_read_tokens bigint not null,
  cache_write_5m_tokens bigint not null,
  cache_write_1h_tokens bigint not null,
  thinking_tokens bigint not null,
  cost_nano bigint not null,
  cache_saved_nano bigint not null,
  duration_ms bigint not null,
  -- By model alone; empty in all others.
  first_token_histogram integer[] not null default '{}',
  duration_histogram integer[] not null default '{}',
  primary key (dimension, at, value, other)
);

-- Days whose margins are there and hold everything. Writers take a day out when they add to it.
create table usage_margin_day (
  at timestamptz(3) primary key
);

-- One key, user, project or domain among all of an hour, where no margin serves.
create index usage_hour_domain on usage_hour (domain, at);
create index usage_hour_key on usage_hour (key_id, at);
create index usage_hour_user on usage_hour (user_id, at);
create index usage_hour_project on usage_hour (project_id, at);

do $$
begin
  if exists (select from pg_roles where rolname = 'nexus_writer') then
    grant select, insert, update, delete on usage_margin, usage_margin_day to nexus_writer;
  end if;
  if exists (select from pg_roles where rolname = 'nexus_reader') then
    grant select on usage_margin, usage_margin_day to nexus_reader;
  end if;
end $$;
