-- How did the services do, step by step?
-- Params: f, t DateTime64(9); f_ms, step_ms Int64; service String (empty: all)
-- Returns: service, namespace String, step Int64 (number since f), spans, errors UInt64, duration_ns Int64 (sum),
--          quantiles_ns Array(Float32) (0.99)
SELECT ServiceName AS service, ''/*namespace*/ AS namespace,
       intDiv(toUnixTimestamp64Milli(Timestamp) - {f_ms:Int64}, {step_ms:Int64}) AS step,
       count() AS spans, countIf(StatusCode IN ('STATUS_CODE_ERROR', 'Error')) AS errors,
       sum(toInt64(Duration)) AS duration_ns, quantilesTDigest(0.99)(toInt64(Duration)) AS quantiles_ns
FROM otel_traces
WHERE SpanKind IN ('SPAN_KIND_SERVER', 'Server', 'SPAN_KIND_CONSUMER', 'Consumer')
  AND ({service:String} = '' OR ServiceName = {service:String})
  AND Timestamp >= {f:DateTime64(9,'UTC')} AND Timestamp < {t:DateTime64(9,'UTC')}
GROUP BY service, namespace, step
ORDER BY service, namespace, step
