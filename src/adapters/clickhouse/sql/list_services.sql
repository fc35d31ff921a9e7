-- How do services and their operations do, by their entry spans; how the services over the end of the window; and how
-- step by step?
-- Params: f, t DateTime64(9); recent DateTime64(9), from where on spans count as recent; o_ms, step_ms Int64
-- Returns: service, namespace, operation String (empty for services), is_service UInt8 (0: about an operation),
--          step Int64 (number since o_ms), is_whole UInt8 (0: about a step), spans, errors UInt64,
--          duration_ns Int64 (sum), quantiles_ns Array(Float32) (0.5, 0.99), and the same as recent_*
SELECT ServiceName AS service, ''/*namespace*/ AS namespace, SpanName AS operation, grouping(SpanName) AS is_service,
       intDiv(toUnixTimestamp64Milli(Timestamp) - {o_ms:Int64}, {step_ms:Int64}) AS step, grouping(step) AS is_whole,
       count() AS spans, countIf(StatusCode IN ('STATUS_CODE_ERROR', 'Error')) AS errors,
       sum(toInt64(Duration)) AS duration_ns, quantilesTDigest(0.5, 0.99)(toInt64(Duration)) AS quantiles_ns,
       countIf(Timestamp >= {recent:DateTime64(9,'UTC')}) AS recent_spans,
       countIf(StatusCode IN ('STATUS_CODE_ERROR', 'Error') AND Timestamp >= {recent:DateTime64(9,'UTC')})
           AS recent_errors,
       sumIf(toInt64(Duration), Timestamp >= {recent:DateTime64(9,'UTC')}) AS recent_duration_ns,
       quantilesTDigestIf(0.5, 0.99)(toInt64(Duration), Timestamp >= {recent:DateTime64(9,'UTC')}) AS recent_quantiles_ns
FROM otel_traces
WHERE SpanKind IN ('SPAN_KIND_SERVER', 'Server', 'SPAN_KIND_CONSUMER', 'Consumer')
  AND Timestamp >= {f:DateTime64(9,'UTC')} AND Timestamp < {t:DateTime64(9,'UTC')}
GROUP BY GROUPING SETS ((service, namespace), (service, SpanName), (service, namespace, step))
