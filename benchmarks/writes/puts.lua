-- PUTs of 2 KB, each onto an item of its own; its name begins with the first argument.
-- Another answer than 202 has failed.
local threads, number = {}, 0
odd = 0

setup = function(thread)
  table.insert(threads, thread)
end

init = function(arguments)
  -- Of this run alone: the last requests of the one before may have come after it was forgotten.
  prefix = arguments[1] .. os.time()
  wrk.method = "PUT"
  wrk.headers["Content-Type"] = "application/json"
  wrk.body = '{"text":"' .. string.rep("x", 2048 - 11) .. '"}'
end

request = function()
  number = number + 1
  return wrk.format(nil, string.format("/items/%s-%08d", prefix, number))
end

response = function(status)
  if status ~= 202 then odd = odd + 1 end
end

done = function(summary, latency)
  local failed = 0
  for _, thread in ipairs(threads) do failed = failed + thread:get("odd") end
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"us":%d,"p50_us":%d,"p99_us":%d,"failed":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    failed + errors.connect + errors.read + errors.write + errors.timeout))
end
