-- How many requests went through the mesh, from whom to whom, and how long did they take? For long windows: nothing is kept
-- but extremes by the hour.
-- Params: names Array(String), of metrics; requests String, the one of them that counts requests; f0, t DateTime64(9):
--         samples from f0 on are read, to have a first one before the window; f_ms, step_ms Int64
-- Returns: metric, direction, workload, namespace, dst_workload, dst_namespace, code String (of requests), is_mtls UInt8
--          (of requests), step Int64 (number since f_ms; 0 for outbound, which is asked for as a whole), increase Float64,
--          cumulative Map(String, Float64) (of buckets: increase by upper bound),
--          suspects Array(UInt64): series left out, because they fell without a new start
SELECT metric,
       a['direction'] AS direction,
       if(a['workload'] != '', a['workload'], a['deployment']) AS workload, a['namespace'] AS namespace,
       if(a['dst_workload'] != '', a['dst_workload'], a['dst_deployment']) AS dst_workload,
       a['dst_namespace'] AS dst_namespace, if(metric = {requests:String}, a['status_code'], '') AS code,
       metric = {requests:String} AND if(a['mtls'] != '', a['mtls'], a['tls']) = 'true' AS is_mtls,
       if(direction = 'inbound', intDiv(hour * 3600000, {step_ms:Int64}), 0) AS step,
       sumIf(growth, NOT is_suspect) AS increase,
       sumMapIf(map(a['le'], growth), a['le'] != '' AND NOT is_suspect) AS cumulative,
       groupUniqArrayIf(series, is_suspect) AS suspects
FROM (
    SELECT metric, series, any(labels) AS a, max(fell) AS is_suspect,
           arraySort(groupArray((hour, started, low, high, total))) AS parts,
           arrayMap((now, before, number) ->
                        if(max(is_delta_part), now.5,
                           now.4 - now.3
                           + if(number = 1, 0, if(now.3 >= before.4, now.3 - before.4, now.3))),
                    parts, arrayPushFront(arrayPopBack(parts), parts[1]), arrayEnumerate(parts)) AS increases
    FROM (
        SELECT MetricName AS metric,
               cityHash64(MetricName, ResourceAttributes['service.instance.id'],
                      arraySort(arrayMap((k, v) -> cityHash64(k, v), mapKeys(Attributes), mapValues(Attributes)))) AS series,
               if(toUnixTimestamp64Milli(toDateTime64(TimeUnix, 9)) < {f_ms:Int64}, -1,
                  intDiv(toUnixTimestamp64Milli(toDateTime64(TimeUnix, 9)) - {f_ms:Int64}, 3600000)) AS hour,
               StartTimeUnix AS started, any(Attributes) AS labels,
               min(Value) AS low, max(Value) AS high, sum(Value) AS total, 0/*delta*/ AS is_delta_part,
               NOT is_delta_part AND (argMax(Value, TimeUnix) < high OR argMin(Value, TimeUnix) > low) AS fell
        FROM otel_metrics_sum/*home*/
        WHERE MetricName IN {names:Array(String)} /*service*/
          AND TimeUnix >= {f0:DateTime64(9,'UTC')} AND TimeUnix < {t:DateTime64(9,'UTC')}
          AND bitAnd(Flags, 1) = 0 AND isFinite(Value)
        GROUP BY metric, series, hour, started
    )
    GROUP BY metric, series
)
ARRAY JOIN parts.1 AS hour, increases AS growth
WHERE hour >= 0
  AND workload != '' AND (direction = 'inbound' OR (direction = 'outbound' AND dst_workload != ''))
GROUP BY metric, direction, workload, namespace, dst_workload, dst_namespace, code, is_mtls, step
