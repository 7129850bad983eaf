-- Rates as packages/core/src/limits/take-from-rate.ts counts them. Of each, "<owed> <at>" is kept: so many milliseconds were
-- owed at that instant. Two numbers, since one instant with all of its digits would lose fractions of a millisecond.
local periods_owed_max = 60

-- The clock of Redis, so that clocks of gateways need not agree; tests give one.
local function read_clock(given)
  if given ~= '' then return tonumber(given) end
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + tonumber(time[2]) / 1000
end

local function to_text(number)
  return string.format('%.17g', number)
end

-- What is paid off is as good as what nobody used, so it goes by itself.
local function keep_owed(key, owed, now)
  if owed <= 0 then
    redis.call('DEL', key)
  else
    redis.call('SET', key, to_text(owed) .. ' ' .. to_text(now), 'PX', math.ceil(owed) + 1000)
  end
end

local function read_owed(key, period, now)
  local kept = redis.call('GET', key)
  if not kept then return 0 end
  local space = string.find(kept, ' ', 1, true)
  local owed = tonumber(string.sub(kept, 1, space - 1))
  local at = tonumber(string.sub(kept, space + 1))
  owed = math.min(math.max(owed - math.max(now - at, 0), 0), period * periods_owed_max)
  -- A clock that jumped back pays nothing off, and locks nobody out: from here on what is owed is owed since now.
  if now < at then keep_owed(key, owed, now) end
  return owed
end
