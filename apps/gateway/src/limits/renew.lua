-- Renews slots. KEYS: of slots. ARGV: instant or '', milliseconds that a slot is leased for; then who holds each.
local now = read_clock(ARGV[1])
local lease = tonumber(ARGV[2])
for slot = 1, #KEYS do
  -- Added anew where Redis lost it: its exchange is under way all the same.
  redis.call('ZADD', KEYS[slot], to_text(now + lease), ARGV[2 + slot])
  redis.call('PEXPIRE', KEYS[slot], lease)
end
return 0
