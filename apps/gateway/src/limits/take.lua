-- Takes a slot of each subject and from all rates, or nothing.
-- KEYS: of rates, then of slots. ARGV: instant or '', how many rates, who takes, milliseconds that a slot is leased for;
-- then max, period and units of each rate; then max of each slot.
-- Gives 0 or which slot is missing; then of each rate whether it admits, and what it owes before.
local now = read_clock(ARGV[1])
local rates = tonumber(ARGV[2])
local lease = tonumber(ARGV[4])

for slot = 1, #KEYS - rates do
  local key = KEYS[rates + slot]
  redis.call('ZREMRANGEBYSCORE', key, '-inf', to_text(now))
  -- No lease is as long: it is of before the clock jumped back. Who lives renews it at once.
  redis.call('ZREMRANGEBYSCORE', key, to_text(now + 2 * lease), '+inf')
  if redis.call('ZCARD', key) >= tonumber(ARGV[4 + rates * 3 + slot]) then return { slot } end
end

local reply = { 0 }
local owes = {}
local all_admit = true
for rate = 1, rates do
  local at = 4 + (rate - 1) * 3
  local max, period, units = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local unit = period / max
  local owed = read_owed(KEYS[rate], period, now)
  local after = owed + units * unit
  local admits = after <= period + unit / 1000000
  all_admit = all_admit and admits
  owes[rate] = after
  reply[rate * 2] = admits and 1 or 0
  reply[rate * 2 + 1] = to_text(owed)
end
if not all_admit then return reply end

for rate = 1, rates do keep_owed(KEYS[rate], owes[rate], now) end
for slot = 1, #KEYS - rates do
  local key = KEYS[rates + slot]
  redis.call('ZADD', key, to_text(now + lease), ARGV[3])
  redis.call('PEXPIRE', key, lease)
end
return reply
