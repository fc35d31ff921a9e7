-- How many entries match, step by step, by severity?
-- Params: f, t DateTime64(9); query, trace, span, service, level, scope String (empty: any); lowest, highest Int32, the
--         numbers of the level; f_ms, step_ms Int64
-- Returns: step Int64 (number since f_ms), severity_text String, entries UInt64
SELECT intDiv(toUnixTimestamp64Milli(Timestamp) - {f_ms:Int64}, {step_ms:Int64}) AS step, SeverityText AS severity_text,
       count() AS entries
FROM otel_logs
WHERE Timestamp >= {f:DateTime64(9,'UTC')} AND Timestamp < {t:DateTime64(9,'UTC')} /*bucket*/
      AND ({query:String} = '' OR positionCaseInsensitiveUTF8(Body, {query:String}) > 0)
      AND ({trace:String} = '' OR TraceId = {trace:String})
      AND ({span:String} = '' OR SpanId = {span:String})
      AND ({service:String} = '' OR ServiceName = {service:String})
      AND ({level:String} = '' OR upper(SeverityText) = upper({level:String})
           OR (SeverityText = '' AND SeverityNumber BETWEEN {lowest:Int32} AND {highest:Int32}))
      AND ({scope:String} = '' OR ScopeName = {scope:String})
GROUP BY step, severity_text
ORDER BY step, severity_text
