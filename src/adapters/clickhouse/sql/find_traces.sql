-- Which traces have one span with all of these properties, newest first?
-- Params: f, t DateTime64(9); n UInt32; service, operation, status, method String (empty: any), min_ns Int64, is_failed UInt8, is_open UInt8 (1: any trace
--         with an entry span or a root)
-- Returns: trace_id String, at_us Int64 (of its newest such span)
SELECT TraceId AS trace_id, toUnixTimestamp64Micro(Timestamp) AS at_us
FROM otel_traces
WHERE Timestamp >= {f:DateTime64(9,'UTC')} AND Timestamp < {t:DateTime64(9,'UTC')} AND TraceId != ''
       AND ({service:String} = '' OR ServiceName = {service:String})
       AND ({operation:String} = '' OR SpanName = {operation:String})
       AND toInt64(Duration) >= {min_ns:Int64}
       AND ({is_failed:UInt8} = 0 OR StatusCode IN ('STATUS_CODE_ERROR', 'Error'))
       AND ({status:String} = '' OR SpanAttributes['http.response.status_code'] = {status:String}
            OR SpanAttributes['http.status_code'] = {status:String})
       AND ({method:String} = '' OR SpanAttributes['http.request.method'] = {method:String}
            OR SpanAttributes['http.method'] = {method:String})
       AND ({is_open:UInt8} = 0 OR ParentSpanId = '' OR SpanKind IN ('SPAN_KIND_SERVER', 'Server', 'SPAN_KIND_CONSUMER', 'Consumer'))
ORDER BY Timestamp DESC, TraceId
LIMIT 1 BY TraceId
LIMIT {n:UInt32}
