-- How many requests did a service serve, by status, method and operation?
-- Params: service String; f, t DateTime64(9)
-- Returns: status_code Int32, method, operation String, requests UInt64
SELECT toInt32OrZero(if(SpanAttributes['http.response.status_code'] != '',
                        SpanAttributes['http.response.status_code'], SpanAttributes['http.status_code'])) AS status_code,
       if(SpanAttributes['http.request.method'] != '', SpanAttributes['http.request.method'],
          SpanAttributes['http.method']) AS method,
       SpanName AS operation, count() AS requests
FROM otel_traces
WHERE ServiceName = {service:String} AND SpanKind IN ('SPAN_KIND_SERVER', 'Server')
  AND Timestamp >= {f:DateTime64(9,'UTC')} AND Timestamp < {t:DateTime64(9,'UTC')}
GROUP BY status_code, method, operation
HAVING method != '' OR status_code != 0
ORDER BY requests DESC, status_code, method, operation
LIMIT 1000
