-- SPDX-License-Identifier: Apache-2.0
-- For wrk: sends BODY as a form (a GET without one), and prints the figures in one line.
local body = os.getenv("BODY") or ""
if body ~= "" then
  wrk.method = "POST"
  wrk.body = body
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
  wrk.headers["Accept"] = "application/json"
end

function done(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("%.0f/s; p50 %.2f, p99 %.2f, p99.9 %.2f ms%s\n",
    summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency:percentile(99.9) / 1000,
    failed > 0 and "; " .. failed .. " failed" or ""))
end
