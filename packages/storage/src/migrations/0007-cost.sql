-- What an answer says it was billed as, and what it cost by the price table of the day it was recorded.
alter table request add column service_tier text;
alter table request add column speed text;
alter table request add column inference_geo text;
-- Nano-dollars. Null with pricing 'unpriced' is a cost that nobody knows; null with pricing null, no use.
alter table request add column cost_nano bigint;
alter table request add column pricing text;
alter table request add column price_version text;

-- Requests of a model without a price, to be priced once it has one.
create index request_unpriced on request (started_at, request_id) where pricing in ('guessed', 'unpriced');
