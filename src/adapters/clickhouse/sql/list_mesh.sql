-- How many requests went through the mesh, from whom to whom, and how long did they take, step by step?
-- Params: names Array(String), of metrics; requests String, the one of them that counts requests; f0, t DateTime64(9):
--         samples from f0 on are read, to have a first one before the window; f_ms Int64, from when on increases count;
--         o_ms, step_ms Int64; only Array(UInt64), series to look at (empty: all)
-- Returns: metric, direction, workload, namespace, dst_workload, dst_namespace, code String (of requests), is_mtls UInt8
--          (of requests), step Int64 (number since o_ms; 0 for outbound, which is asked for as a whole), increase Float64,
--          cumulative Map(String, Float64) (of buckets: increase by upper bound)
SELECT metric,
       a['direction'] AS direction,
       if(a['workload'] != '', a['workload'], a['deployment']) AS workload, a['namespace'] AS namespace,
       if(a['dst_workload'] != '', a['dst_workload'], a['dst_deployment']) AS dst_workload,
       a['dst_namespace'] AS dst_namespace, if(metric = {requests:String}, a['status_code'], '') AS code,
       metric = {requests:String} AND if(a['mtls'] != '', a['mtls'], a['tls']) = 'true' AS is_mtls,
       if(direction = 'inbound', intDiv(at_ms - {o_ms:Int64}, {step_ms:Int64}), 0) AS step,
       sum(growth) AS increase, sumMapIf(map(a['le'], growth), a['le'] != '') AS cumulative
FROM (
    SELECT MetricName AS metric, any(Attributes) AS a,
           arraySort(groupArray((toUnixTimestamp64Milli(toDateTime64(TimeUnix, 9)), Value))) AS points,
           0/*delta*/ AS is_delta,
           arrayMap((d, v) -> if(is_delta OR d < 0, v, d), arrayDifference(points.2), points.2) AS increases
    FROM otel_metrics_sum/*home*/
    WHERE MetricName IN {names:Array(String)} /*service*/
      AND TimeUnix >= {f0:DateTime64(9,'UTC')} AND TimeUnix < {t:DateTime64(9,'UTC')}
      AND bitAnd(Flags, 1) = 0 AND isFinite(Value)
      AND (empty({only:Array(UInt64)}) OR has({only:Array(UInt64)},
           cityHash64(MetricName, ResourceAttributes['service.instance.id'],
                      arraySort(arrayMap((k, v) -> cityHash64(k, v), mapKeys(Attributes), mapValues(Attributes))))))
    GROUP BY metric,
             cityHash64(MetricName, ResourceAttributes['service.instance.id'],
                      arraySort(arrayMap((k, v) -> cityHash64(k, v), mapKeys(Attributes), mapValues(Attributes))))
)
ARRAY JOIN points.1 AS at_ms, increases AS growth
WHERE at_ms >= {f_ms:Int64}
  AND workload != '' AND (direction = 'inbound' OR (direction = 'outbound' AND dst_workload != ''))
GROUP BY metric, direction, workload, namespace, dst_workload, dst_namespace, code, is_mtls, step
