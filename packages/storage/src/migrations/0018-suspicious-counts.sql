-- Counts of Claude's that cannot be true, as they were told; null where all can. No other column holds them, and such a request has
-- no price, so sums say how many there are.
alter table request add column suspicious jsonb;
alter table usage add column suspicious boolean not null default false;
alter table usage_minute add column suspicious_count bigint not null default 0;
alter table usage_hour add column suspicious_count bigint not null default 0;
alter table usage_day add column suspicious_count bigint not null default 0;
create index request_suspicious on request (started_at, request_id) where suspicious is not null;
