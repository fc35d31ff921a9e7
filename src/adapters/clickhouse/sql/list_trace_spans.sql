-- What are the spans of one trace?
-- Params: id String; a, b DateTime64(9), between which they start; n UInt32
-- Returns: at_ns, duration_ns Int64, span_id, parent_span_id, span_name, span_kind, service_name, status_code,
--          status_message String, attributes, resource Map(String, String), event_ns Array(Int64),
--          event_names Array(String), event_attributes Array(Map(String, String))
SELECT toUnixTimestamp64Nano(Timestamp) AS at_ns, toInt64(Duration) AS duration_ns, SpanId AS span_id,
       ParentSpanId AS parent_span_id, SpanName AS span_name, SpanKind AS span_kind, ServiceName AS service_name,
       StatusCode AS status_code, StatusMessage AS status_message, SpanAttributes AS attributes,
       ResourceAttributes AS resource, arrayMap(x -> toUnixTimestamp64Nano(x), Events.Timestamp) AS event_ns,
       Events.Name AS event_names, Events.Attributes AS event_attributes
FROM otel_traces
WHERE TraceId = {id:String} AND Timestamp >= {a:DateTime64(9,'UTC')} AND Timestamp <= {b:DateTime64(9,'UTC')}
ORDER BY Timestamp, SpanId
LIMIT {n:UInt32}
