-- What a conversation and each of its branches cost, kept on write like their other sums. Nano-dollars; requests without a
-- price are counted apart, since nobody knows what they cost.
alter table conversation add column cost_nano bigint not null default 0;
alter table conversation add column unpriced_count integer not null default 0;
alter table branch add column cost_nano bigint not null default 0;
alter table branch add column unpriced_count integer not null default 0;

update conversation as c
set cost_nano = s.cost_nano, unpriced_count = s.unpriced_count
from (
  select
    conversation_id,
    coalesce(sum(cost_nano), 0) as cost_nano,
    count(*) filter (where pricing = 'unpriced') as unpriced_count
  from request
  group by conversation_id
) as s
where s.conversation_id = c.conversation_id;

update branch as b
set cost_nano = s.cost_nano, unpriced_count = s.unpriced_count
from (
  select
    conversation_id,
    branch,
    coalesce(sum(cost_nano), 0) as cost_nano,
    count(*) filter (where pricing = 'unpriced') as unpriced_count
  from request
  where branch is not null
  group by conversation_id, branch
) as s
where s.conversation_id = b.conversation_id and s.branch = b.name;
