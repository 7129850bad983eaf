-- How often each tool was called, beside how many answers called it: an answer can call one tool three times at once. Rows of usage
-- named each tool of an answer once until now, so what is summed up already has as many calls as answers.
alter table usage_tool_day add column call_count bigint not null default 0;

update usage_tool_day
set call_count = request_count;
