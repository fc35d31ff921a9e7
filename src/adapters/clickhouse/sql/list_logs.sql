-- Which entries match, newest first?
-- Params: f, t DateTime64(9); query, trace, span, service, level, scope String (empty: any); lowest, highest Int32, the
--         numbers of the level; n, o UInt32
-- Returns: at_us Int64, trace_id, span_id, severity String, severity_num Int32, service_name, body, scope_name String,
--          attributes, resource Map(String, String)
SELECT toUnixTimestamp64Micro(Timestamp) AS at_us, TraceId AS trace_id, SpanId AS span_id, SeverityText AS severity,
       toInt32(SeverityNumber) AS severity_num, ServiceName AS service_name, Body AS body, ScopeName AS scope_name,
       LogAttributes AS attributes, ResourceAttributes AS resource
FROM otel_logs
WHERE Timestamp >= {f:DateTime64(9,'UTC')} AND Timestamp < {t:DateTime64(9,'UTC')} /*bucket*/
      AND ({query:String} = '' OR positionCaseInsensitiveUTF8(Body, {query:String}) > 0)
      AND ({trace:String} = '' OR TraceId = {trace:String})
      AND ({span:String} = '' OR SpanId = {span:String})
      AND ({service:String} = '' OR ServiceName = {service:String})
      AND ({level:String} = '' OR upper(SeverityText) = upper({level:String})
           OR (SeverityText = '' AND SeverityNumber BETWEEN {lowest:Int32} AND {highest:Int32}))
      AND ({scope:String} = '' OR ScopeName = {scope:String})
ORDER BY Timestamp DESC, TraceId, SpanId, ServiceName, cityHash64(Body, ScopeName)
LIMIT {n:UInt32} OFFSET {o:UInt32}
