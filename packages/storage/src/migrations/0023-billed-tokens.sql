-- Steps at Claude's side, such as compactions, were priced with their request, but their tokens stood in no sum. From here on a row
-- of usage has all that is billed, and what was written before is mended where its request tells the steps. A list with a message is
-- whole, and the top level repeats a part of it. A model that declined before its first word, so that another was asked, is not billed.
lock table usage, usage_minute, usage_hour, usage_day, usage_session_day, usage_tool_day in share row exclusive mode;

create temporary table added_tokens on commit drop as
with told as (
  select
    started_at,
    request_id,
    conversation_id,
    branch,
    iterations
  from request
  where iterations is not null
  union all
  select
    started_at,
    message_id,
    null,
    null,
    usage -> 'iterations'
  from batch_message
  where jsonb_array_length(usage -> 'iterations') > 0
),
summed as (
  select
    started_at,
    request_id,
    conversation_id,
    branch,
    listed.is_whole::integer as is_whole,
    listed.input_tokens,
    listed.output_tokens,
    listed.cache_read_tokens,
    listed.cache_write_5m_tokens,
    listed.cache_write_1h_tokens
  from told
  cross join lateral (
    select
      bool_or(is_answer) as is_whole,
      coalesce(sum((step ->> 'inputTokens')::bigint) filter (where is_billed), 0) as input_tokens,
      coalesce(sum((step ->> 'outputTokens')::bigint) filter (where is_billed), 0) as output_tokens,
      coalesce(sum((step ->> 'cacheReadTokens')::bigint) filter (where is_billed), 0) as cache_read_tokens,
      coalesce(sum((step ->> 'cacheWrite5mTokens')::bigint) filter (where is_billed), 0) as cache_write_5m_tokens,
      coalesce(sum((step ->> 'cacheWrite1hTokens')::bigint) filter (where is_billed), 0) as cache_write_1h_tokens
    from jsonb_array_elements(told.iterations) as listed_steps (step)
    cross join lateral (
      select
        step ->> 'type' in ('message', 'fallback_message') as is_answer,
        step ->> 'type' not in ('message', 'fallback_message')
        or (step ->> 'outputTokens')::bigint > 0
        or not told.iterations @> '[{"type": "fallback_message"}]' as is_billed
    ) as judged
  ) as listed
)
select
  u.account_id,
  u.started_at,
  u.request_id,
  u.domain,
  coalesce(u.key_id, '') as key_id,
  coalesce(u.user_id, '') as user_id,
  coalesce(u.project_id, '') as project_id,
  u.session_id,
  coalesce(u.model, '') as model,
  u.kind,
  u.outcome,
  coalesce(u.status, 0) / 100 as status_class,
  s.conversation_id,
  s.branch,
  least(s.input_tokens - s.is_whole * u.input_tokens, 2147483647 - u.input_tokens) as input_tokens,
  least(s.output_tokens - s.is_whole * u.output_tokens, 2147483647 - u.output_tokens) as output_tokens,
  least(s.cache_read_tokens - s.is_whole * u.cache_read_tokens, 2147483647 - u.cache_read_tokens) as cache_read_tokens,
  least(s.cache_write_5m_tokens - s.is_whole * u.cache_write_5m_tokens, 2147483647 - u.cache_write_5m_tokens) as cache_write_5m_tokens,
  least(s.cache_write_1h_tokens - s.is_whole * u.cache_write_1h_tokens, 2147483647 - u.cache_write_1h_tokens) as cache_write_1h_tokens
from summed as s
join usage as u on u.started_at = s.started_at and u.request_id = s.request_id;

update usage as u
set
  input_tokens = u.input_tokens + a.input_tokens,
  output_tokens = u.output_tokens + a.output_tokens,
  cache_read_tokens = u.cache_read_tokens + a.cache_read_tokens,
  cache_write_5m_tokens = u.cache_write_5m_tokens + a.cache_write_5m_tokens,
  cache_write_1h_tokens = u.cache_write_1h_tokens + a.cache_write_1h_tokens
from added_tokens as a
where u.account_id = a.account_id and u.started_at = a.started_at and u.request_id = a.request_id;

do $$
declare
  step text;
begin
  foreach step in array array['minute', 'hour', 'day'] loop
    execute format(
      $sum$
        update usage_%1$s as s
        set
          input_tokens = s.input_tokens + a.input_tokens,
          output_tokens = s.output_tokens + a.output_tokens,
          cache_read_tokens = s.cache_read_tokens + a.cache_read_tokens,
          cache_write_5m_tokens = s.cache_write_5m_tokens + a.cache_write_5m_tokens,
          cache_write_1h_tokens = s.cache_write_1h_tokens + a.cache_write_1h_tokens
        from (
          select
            account_id, date_trunc('%1$s', started_at, 'UTC') as at, domain, key_id, user_id, project_id, model, kind, outcome,
            status_class, sum(input_tokens) as input_tokens, sum(output_tokens) as output_tokens,
            sum(cache_read_tokens) as cache_read_tokens, sum(cache_write_5m_tokens) as cache_write_5m_tokens,
            sum(cache_write_1h_tokens) as cache_write_1h_tokens
          from added_tokens
          group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
        ) as a
        where (s.account_id, s.at, s.domain, s.key_id, s.user_id, s.project_id, s.model, s.kind, s.outcome, s.status_class)
          = (a.account_id, a.at, a.domain, a.key_id, a.user_id, a.project_id, a.model, a.kind, a.outcome, a.status_class)
      $sum$,
      step
    );
  end loop;
end $$;

update usage_session_day as s
set
  input_tokens = s.input_tokens + a.input_tokens,
  output_tokens = s.output_tokens + a.output_tokens,
  cache_read_tokens = s.cache_read_tokens + a.cache_read_tokens,
  cache_write_tokens = s.cache_write_tokens + a.cache_write_tokens
from (
  select
    account_id, date_trunc('day', started_at, 'UTC') as at, session_id, domain, user_id, project_id, model,
    sum(input_tokens) as input_tokens, sum(output_tokens) as output_tokens, sum(cache_read_tokens) as cache_read_tokens,
    sum(cache_write_5m_tokens + cache_write_1h_tokens) as cache_write_tokens
  from added_tokens
  where session_id is not null
  group by 1, 2, 3, 4, 5, 6, 7
) as a
where (s.account_id, s.at, s.session_id, s.domain, s.user_id, s.project_id, s.model)
  = (a.account_id, a.at, a.session_id, a.domain, a.user_id, a.project_id, a.model);

-- Margins are made anew of the hours.
delete from usage_margin_day
where at in (select date_trunc('day', started_at, 'UTC') from added_tokens);

update conversation as c
set
  input_tokens = c.input_tokens + a.input_tokens,
  output_tokens = c.output_tokens + a.output_tokens,
  cache_read_tokens = c.cache_read_tokens + a.cache_read_tokens,
  cache_write_tokens = c.cache_write_tokens + a.cache_write_tokens
from (
  select
    conversation_id, sum(input_tokens) as input_tokens, sum(output_tokens) as output_tokens,
    sum(cache_read_tokens) as cache_read_tokens, sum(cache_write_5m_tokens + cache_write_1h_tokens) as cache_write_tokens
  from added_tokens
  group by 1
) as a
where c.conversation_id = a.conversation_id;

update branch as b
set
  input_tokens = b.input_tokens + a.input_tokens,
  output_tokens = b.output_tokens + a.output_tokens,
  cache_read_tokens = b.cache_read_tokens + a.cache_read_tokens,
  cache_write_tokens = b.cache_write_tokens + a.cache_write_tokens
from (
  select
    conversation_id, branch, sum(input_tokens) as input_tokens, sum(output_tokens) as output_tokens,
    sum(cache_read_tokens) as cache_read_tokens, sum(cache_write_5m_tokens + cache_write_1h_tokens) as cache_write_tokens
  from added_tokens
  where branch is not null
  group by 1, 2
) as a
where b.conversation_id = a.conversation_id and b.name = a.branch;
