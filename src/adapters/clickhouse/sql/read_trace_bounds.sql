-- Between which times do these traces lie?
-- Params: ids Array(String)
-- Returns: start_us, end_us Int64 (start of the last span; whole seconds on newer layouts), found UInt64
SELECT toUnixTimestamp64Micro(toDateTime64(min(Start), 9)) AS start_us,
       toUnixTimestamp64Micro(toDateTime64(max(End), 9)) AS end_us, count() AS found
FROM otel_traces_trace_id_ts
WHERE TraceId IN {ids:Array(String)}
