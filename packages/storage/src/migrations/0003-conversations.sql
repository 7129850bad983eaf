--! breaking: programs before this step write bodies under a column that is no longer there.
-- A request's place in a conversation may change when an earlier one comes late. Bodies therefore lie under a key of
-- their own, `payload_id`, which never changes: linking anew moves narrow rows and never bodies.

alter table request_body rename column conversation_id to payload_id;
alter table response_body rename column conversation_id to payload_id;
alter table message_blob rename column conversation_id to payload_id;

alter table request
  add column payload_id uuid,
  add column branch text,
  add column relation text not null default 'attached',
  add column parent_request_id uuid,
  add column retry_of uuid,
  -- Turns from the root to here; 0 for what is no turn.
  add column depth integer not null default 0,
  -- The call of the parent's answer that launched this agent.
  add column launch_tool_use_id text,
  add column link_source text not null default 'none',
  add column link_because text not null default 'recorded before requests were linked';
update request set payload_id = conversation_id;
alter table request
  alter column payload_id set not null,
  alter column relation drop default,
  alter column depth drop default,
  alter column link_source drop default,
  alter column link_because drop default;

-- All that linking knows of a request, and where it stands: a family is linked anew from these rows alone. A hash is 16
-- bytes, held as uuid: that is its width, without the length that bytea puts before each.
create table fingerprint (
  domain text not null,
  request_id uuid not null,
  started_at timestamptz(3) not null,
  ended_at timestamptz(3) not null,
  kind text not null,
  outcome text not null,
  session_id text,
  session_source text,
  agent_id text,
  parent_agent_id text,
  -- The chain: its last step, the step before, and with what answer that one went on. Earlier steps are in `chain_step`.
  chain_end uuid,
  chain_tail uuid,
  chain_opening uuid,
  chain_length integer,
  chain_is_opening boolean,
  previous_end uuid,
  previous_answered uuid,
  unlinkable text,
  answer_end uuid,
  prompt_hash uuid,
  agent_calls jsonb,
  continues boolean not null,
  summaries_read uuid[] not null,
  summaries_written uuid[] not null,
  title text,
  conversation_id uuid not null,
  branch text,
  relation text not null,
  parent_request_id uuid,
  retry_of uuid,
  depth integer not null,
  launched_by jsonb,
  launch_order text,
  link_source text not null,
  link_because text not null,
  primary key (domain, request_id)
);

-- Every look-up of linking is a walk of one of these, and finds what it wants where it begins: what is no turn (counts of
-- tokens, probes) may be there a thousand times and is kept apart. An opening may be shared by thousands of conversations,
-- so its requests are found by who sent them, by the answer that was copied, or because there is none.
create index fingerprint_end on fingerprint (domain, chain_end, (kind in ('inference', 'compaction')), started_at)
  where not chain_is_opening;
create index fingerprint_opening on fingerprint (
  domain, chain_end, coalesce(session_id, ''), coalesce(agent_id, ''), (kind in ('inference', 'compaction')), started_at
) where chain_is_opening;
create index fingerprint_unanswered on fingerprint (domain, chain_end, (kind in ('inference', 'compaction')), started_at)
  where chain_is_opening and answer_end is null;
create index fingerprint_answer on fingerprint (domain, answer_end, started_at)
  where chain_is_opening and answer_end is not null;
create index fingerprint_session on fingerprint (domain, session_id, (kind in ('inference', 'compaction')), started_at)
  where session_id is not null;
create index fingerprint_agent on fingerprint (domain, session_id, agent_id, started_at)
  where agent_id is not null and kind in ('inference', 'compaction');
-- All turns of a conversation share its prompt; only what begins something can have been launched by a call.
create index fingerprint_prompt on fingerprint (domain, prompt_hash, started_at)
  where prompt_hash is not null and link_source <> 'prefix' and relation <> 'continues' and relation <> 'attached';
create index fingerprint_child on fingerprint (domain, parent_request_id, started_at, request_id)
  where relation = 'continues' and kind <> 'compaction';
create index fingerprint_retry on fingerprint (domain, retry_of) where retry_of is not null;
create index fingerprint_conversation on fingerprint (conversation_id, started_at);

-- The places in conversations that requests went past. Each is there once a conversation, so that a conversation of n
-- turns takes n rows instead of n lists of n; a late request whose end is one of them has somebody waiting for it.
create table chain_step (
  conversation_id uuid not null,
  step_end uuid not null,
  -- Hash of the step with the answer behind it; the step's own where another block of the user follows.
  answered uuid not null,
  domain text not null,
  previous_end uuid,
  previous_answered uuid,
  primary key (conversation_id, step_end, answered)
);

create index chain_step_end on chain_step (domain, step_end, answered);

-- Who launched an agent with this prompt.
create table agent_call (
  prompt_hash uuid not null,
  domain text not null,
  request_id uuid not null,
  primary key (prompt_hash, domain, request_id)
);

-- Who wrote or read this summary.
create table summary_probe (
  probe uuid not null,
  domain text not null,
  role text not null,
  request_id uuid not null,
  primary key (probe, domain, role, request_id)
);

-- Kept on write, so that no list ever adds up requests.
create table conversation (
  conversation_id uuid primary key,
  domain text not null,
  first_at timestamptz(3) not null,
  last_at timestamptz(3) not null,
  request_count integer not null,
  turn_count integer not null,
  retry_count integer not null,
  error_count integer not null,
  input_tokens bigint not null,
  output_tokens bigint not null,
  cache_read_tokens bigint not null,
  cache_write_tokens bigint not null,
  depth integer not null,
  branch_count integer not null,
  fork_count integer not null,
  subtask_count integer not null,
  compaction_count integer not null,
  models text[] not null,
  accounts text[] not null,
  keys text[] not null,
  -- The latest title that a title request gave, and which.
  title text,
  title_of uuid,
  title_at timestamptz(3),
  -- What the user wrote in the first turn.
  first_prompt text,
  first_prompt_of uuid,
  first_prompt_at timestamptz(3),
  -- The latest turn, and how full its context was.
  latest_of uuid,
  latest_at timestamptz(3),
  latest_model text,
  latest_context_tokens bigint
) with (fillfactor = 80);

create index conversation_last on conversation (last_at, conversation_id);
-- Lists show what has a turn. Probes and counts of tokens that belong to nobody have none, and may be a million a month.
create index conversation_turns on conversation (last_at, conversation_id) where turn_count > 0;
create index conversation_domain on conversation (domain, last_at, conversation_id) where turn_count > 0;
create index conversation_errors on conversation (last_at, conversation_id) where error_count > 0;
create index conversation_subtasks on conversation (last_at, conversation_id) where subtask_count > 0;

create table branch (
  conversation_id uuid not null,
  name text not null,
  first_at timestamptz(3) not null,
  last_at timestamptz(3) not null,
  request_count integer not null,
  turn_count integer not null,
  retry_count integer not null,
  error_count integer not null,
  input_tokens bigint not null,
  output_tokens bigint not null,
  cache_read_tokens bigint not null,
  cache_write_tokens bigint not null,
  depth integer not null,
  models text[] not null,
  -- The turn that the branch begins with, and how that stands to its parent.
  first_request_id uuid not null,
  relation text not null,
  parent_request_id uuid,
  agent_id text,
  launch_order text,
  last_request_id uuid not null,
  primary key (conversation_id, name)
) with (fillfactor = 80);

-- Writers remember which slices the database has; a deletion tells them to forget those of a payload.
create table payload_deletion (
  payload_id uuid primary key,
  deleted_at timestamptz(3) not null,
  -- Another one with each deletion.
  deletion_id uuid not null
);

-- What was recorded before counts as no turn until `nexus conversations relink` reads its bodies.
insert into fingerprint (
  domain, request_id, started_at, ended_at, kind, outcome, continues, summaries_read, summaries_written,
  conversation_id, relation, depth, link_source, link_because
)
select
  domain, request_id, started_at, started_at + duration_ms * interval '1 ms', kind, outcome, false, '{}', '{}',
  conversation_id, relation, depth, link_source, link_because
from request;

do $$
begin
  if exists (select from pg_roles where rolname = 'nexus_writer') then
    grant select, insert, update, delete on request, fingerprint, chain_step, agent_call, summary_probe, conversation, branch
      to nexus_writer;
    grant select on payload_deletion to nexus_writer;
  end if;
  if exists (select from pg_roles where rolname = 'nexus_reader') then
    grant select on fingerprint, chain_step, agent_call, summary_probe, conversation, branch, payload_deletion to nexus_reader;
  end if;
end $$;
