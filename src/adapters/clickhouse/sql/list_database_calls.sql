-- Which databases did a service call, and how did the calls do?
-- Params: service String; f, t DateTime64(9)
-- Returns: db_system, db_name, operation, db_table String, calls, errors UInt64, duration_ns Int64 (sum),
--          quantiles_ns Array(Float32) (0.99)
SELECT if(SpanAttributes['db.system.name'] != '', SpanAttributes['db.system.name'], SpanAttributes['db.system']) AS db_system,
       if(SpanAttributes['db.namespace'] != '', SpanAttributes['db.namespace'], SpanAttributes['db.name']) AS db_name,
       if(SpanAttributes['db.operation.name'] != '', SpanAttributes['db.operation.name'], SpanAttributes['db.operation']) AS operation,
       if(SpanAttributes['db.collection.name'] != '', SpanAttributes['db.collection.name'], SpanAttributes['db.sql.table']) AS db_table,
       count() AS calls, countIf(StatusCode IN ('STATUS_CODE_ERROR', 'Error')) AS errors,
       sum(toInt64(Duration)) AS duration_ns, quantilesTDigest(0.99)(toInt64(Duration)) AS quantiles_ns
FROM otel_traces
WHERE ServiceName = {service:String} AND SpanKind IN ('SPAN_KIND_CLIENT', 'Client')
  AND Timestamp >= {f:DateTime64(9,'UTC')} AND Timestamp < {t:DateTime64(9,'UTC')}
GROUP BY db_system, db_name, operation, db_table
HAVING db_system != ''
ORDER BY calls DESC, db_system, db_name, operation, db_table
LIMIT 1000
