-- Which of these metrics have samples in this table, since when, and under which jobs?
-- Params: names Array(String); f, t DateTime64(9)
-- Returns: metric String, jobs Array(String) (empty where the layout has no such column), newest_ms Int64
SELECT MetricName AS metric, CAST([], 'Array(String)')/*jobs*/ AS jobs,
       toUnixTimestamp64Milli(toDateTime64(max(TimeUnix), 9)) AS newest_ms
FROM otel_metrics_sum/*home*/
WHERE MetricName IN {names:Array(String)}
  AND TimeUnix >= {f:DateTime64(9,'UTC')} AND TimeUnix < {t:DateTime64(9,'UTC')}
GROUP BY metric
