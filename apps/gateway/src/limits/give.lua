-- Corrects rates by what an estimate was wrong by, and gives slots back.
-- KEYS: of rates, then of slots. ARGV: instant or '', how many rates, who gives; then max, period and units of each rate.
local now = read_clock(ARGV[1])
local rates = tonumber(ARGV[2])
for rate = 1, rates do
  local at = 3 + (rate - 1) * 3
  local max, period, units = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local owed = read_owed(KEYS[rate], period, now) + units * period / max
  keep_owed(KEYS[rate], math.min(math.max(owed, 0), period * periods_owed_max), now)
end
for slot = rates + 1, #KEYS do redis.call('ZREM', KEYS[slot], ARGV[3]) end
return 0
