-- Keeps states of one kind. KEYS: states by id, ids by version, the version. ARGV: who writes, how many are kept at most, 'missing'
-- where only what is not there is written; then id and state of each.
for at = 4, #ARGV, 2 do
  if ARGV[3] ~= 'missing' or redis.call('HEXISTS', KEYS[1], ARGV[at]) == 0 then
    local version = redis.call('INCR', KEYS[3])
    redis.call('HSET', KEYS[1], ARGV[at], ARGV[1] .. ' ' .. ARGV[at + 1])
    redis.call('ZADD', KEYS[2], version, ARGV[at])
  end
end
local beyond = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[2])
if beyond > 0 then
  for _, id in ipairs(redis.call('ZRANGE', KEYS[2], 0, beyond - 1)) do redis.call('HDEL', KEYS[1], id) end
  redis.call('ZREMRANGEBYRANK', KEYS[2], 0, beyond - 1)
end
return 0
