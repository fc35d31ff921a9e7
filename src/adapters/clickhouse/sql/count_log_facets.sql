-- How many entries match, by service, severity and scope, and when?
-- Params: f, t DateTime64(9); query, trace, span, service, level, scope String (empty: any); lowest, highest Int32, the
--         numbers of the level; f_ms, step_ms Int64
-- Returns: service, severity, scope String, step Int64 (number since f_ms), is_step UInt8 (1: a row about a step),
--          is_service, is_level, is_scope UInt8 (whether it is what was asked for), entries, matching UInt64
SELECT ServiceName AS service, SeverityText AS severity, ScopeName AS scope,
       intDiv(toUnixTimestamp64Milli(Timestamp) - {f_ms:Int64}, {step_ms:Int64}) AS step,
       {service:String} = '' OR ServiceName = {service:String} AS is_service,
       ({level:String} = '' OR upper(SeverityText) = upper({level:String})
           OR (SeverityText = '' AND SeverityNumber BETWEEN {lowest:Int32} AND {highest:Int32})) AS is_level,
       {scope:String} = '' OR ScopeName = {scope:String} AS is_scope,
       grouping(service) AS is_step, count() AS entries, countIf(is_service AND is_level AND is_scope) AS matching
FROM otel_logs
WHERE Timestamp >= {f:DateTime64(9,'UTC')} AND Timestamp < {t:DateTime64(9,'UTC')} /*bucket*/
      AND ({query:String} = '' OR positionCaseInsensitiveUTF8(Body, {query:String}) > 0)
      AND ({trace:String} = '' OR TraceId = {trace:String})
      AND ({span:String} = '' OR SpanId = {span:String})
GROUP BY GROUPING SETS ((service, severity, scope, is_service, is_level, is_scope), (step))
