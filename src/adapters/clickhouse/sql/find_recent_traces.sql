-- Which traces have an entry span or a root in the window, newest first?
-- Params: f, t DateTime64(9); n UInt32
-- Returns: trace_id String, at_us Int64 (of its newest such span)
SELECT TraceId AS trace_id, toUnixTimestamp64Micro(Timestamp) AS at_us
FROM otel_traces
WHERE Timestamp >= {f:DateTime64(9,'UTC')} AND Timestamp < {t:DateTime64(9,'UTC')}
  AND (ParentSpanId = '' OR SpanKind IN ('SPAN_KIND_SERVER', 'Server', 'SPAN_KIND_CONSUMER', 'Consumer'))
  AND TraceId != ''
ORDER BY Timestamp DESC, TraceId
LIMIT 1 BY TraceId
LIMIT {n:UInt32}
