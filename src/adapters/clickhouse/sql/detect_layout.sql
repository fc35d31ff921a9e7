-- Which tables, columns and sort keys has the exporter created?
-- Params: db String
-- Returns: table_name String, column_name String ('sorting_key' for the table's key), kind String
SELECT table AS table_name, name AS column_name, type AS kind
FROM system.columns
WHERE database = {db:String}
  AND table IN ('otel_traces', 'otel_logs', 'otel_metrics_gauge', 'otel_metrics_sum', 'otel_metrics_histogram',
                'otel_traces_trace_id_ts')
UNION ALL
SELECT name AS table_name, 'sorting_key' AS column_name, sorting_key AS kind
FROM system.tables
WHERE database = {db:String} AND startsWith(name, 'otel_')
