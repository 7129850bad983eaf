-- What others wrote since a version, the oldest first. KEYS: states by id, ids by version, the version. ARGV: the version or
-- '' for everything, who reads, how many at most. Gives the version up to which it read; then id and state of each.
local version = redis.call('GET', KEYS[3]) or '0'
local since = tonumber(ARGV[1])
-- Redis began anew meanwhile.
if since ~= nil and since > tonumber(version) then since = nil end
local from = since and ('(' .. since) or '-inf'
local found = redis.call('ZRANGEBYSCORE', KEYS[2], from, '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[3])
local reply = { version }
if #found == tonumber(ARGV[3]) * 2 then reply[1] = found[#found] end
for at = 1, #found, 2 do
  local kept = redis.call('HGET', KEYS[1], found[at])
  local space = kept and string.find(kept, ' ', 1, true)
  if space and (since == nil or string.sub(kept, 1, space - 1) ~= ARGV[2]) then
    reply[#reply + 1] = found[at]
    reply[#reply + 1] = string.sub(kept, space + 1)
  end
end
return reply
