-- How many log entries of which severity, and from whom?
-- Params: f, t DateTime64(9)
-- Returns: service, severity String (TRACE, DEBUG, INFO, WARN, ERROR, FATAL, or empty), entries UInt64, newest_us Int64
SELECT ServiceName AS service,
       multiIf(SeverityNumber BETWEEN 1 AND 24,
                   ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'][intDiv(SeverityNumber - 1, 4) + 1],
               upper(SeverityText) IN ('WARN', 'WARNING'), 'WARN',
               upper(SeverityText) IN ('ERROR', 'SEVERE'), 'ERROR',
               upper(SeverityText) IN ('FATAL', 'CRITICAL'), 'FATAL',
               upper(SeverityText) IN ('TRACE', 'DEBUG', 'INFO'), upper(SeverityText),
               '') AS severity,
       count() AS entries, toUnixTimestamp64Micro(max(Timestamp)) AS newest_us
FROM otel_logs
WHERE Timestamp >= {f:DateTime64(9,'UTC')} AND Timestamp < {t:DateTime64(9,'UTC')} /*bucket*/
GROUP BY service, severity
