-- What do these traces look like as a whole?
-- Params: ids Array(String); a, b DateTime64(9), between which all their spans start
-- Returns: trace_id String, start_ns, end_ns Int64, root Tuple(service String, operation String), spans UInt64,
--          services Array(String), errors UInt64, exception Map(String, String) (of the first failed span that has one)
SELECT TraceId AS trace_id, toUnixTimestamp64Nano(min(Timestamp)) AS start_ns,
       max(toUnixTimestamp64Nano(Timestamp) + toInt64(Duration)) AS end_ns,
       argMin((toString(ServiceName), toString(SpanName)),
              (multiIf(ParentSpanId = '', 0, SpanKind IN ('SPAN_KIND_SERVER', 'Server', 'SPAN_KIND_CONSUMER', 'Consumer'), 1, 2),
               Timestamp)) AS root,
       count() AS spans, groupUniqArray(toString(ServiceName)) AS services,
       countIf(StatusCode IN ('STATUS_CODE_ERROR', 'Error')) AS errors,
       argMinIf(arrayFirst((a, n) -> n = 'exception', Events.Attributes, Events.Name), Timestamp,
                has(Events.Name, 'exception') AND StatusCode IN ('STATUS_CODE_ERROR', 'Error')) AS exception
FROM otel_traces
WHERE TraceId IN {ids:Array(String)}
  AND Timestamp >= {a:DateTime64(9,'UTC')} AND Timestamp <= {b:DateTime64(9,'UTC')}
GROUP BY trace_id
