-- What time is it on the server?
-- Params: none
-- Returns: now_us Int64, microseconds since the epoch
SELECT toUnixTimestamp64Micro(now64(6)) AS now_us
