-- How many requests reached the services behind the ingress, step by step?
-- Params: name String; f0, t DateTime64(9): samples from f0 on are read, to have a first one before the window;
--         f_ms Int64, from when on increases count; o_ms, step_ms Int64; only Array(UInt64), series to look at (empty: all)
-- Returns: service_key, code, method String, step Int64 (number since o_ms), requests Float64 (increase)
SELECT a['service'] AS service_key, a['code'] AS code, a['method'] AS method,
       intDiv(at_ms - {o_ms:Int64}, {step_ms:Int64}) AS step, sum(increase) AS requests
FROM (
    SELECT any(Attributes) AS a,
           arraySort(groupArray((toUnixTimestamp64Milli(toDateTime64(TimeUnix, 9)), Value))) AS points,
           0/*delta*/ AS is_delta,
           arrayMap((d, v) -> if(is_delta OR d < 0, v, d), arrayDifference(points.2), points.2) AS increases
    FROM otel_metrics_sum/*home*/
    WHERE MetricName = {name:String} /*service*/
      AND TimeUnix >= {f0:DateTime64(9,'UTC')} AND TimeUnix < {t:DateTime64(9,'UTC')}
      AND bitAnd(Flags, 1) = 0 AND isFinite(Value)
      AND (empty({only:Array(UInt64)}) OR has({only:Array(UInt64)},
           cityHash64(ResourceAttributes['service.instance.id'],
                      arraySort(arrayMap((k, v) -> cityHash64(k, v), mapKeys(Attributes), mapValues(Attributes))))))
    GROUP BY cityHash64(ResourceAttributes['service.instance.id'],
                      arraySort(arrayMap((k, v) -> cityHash64(k, v), mapKeys(Attributes), mapValues(Attributes))))
)
ARRAY JOIN points.1 AS at_ms, increases AS increase
WHERE at_ms >= {f_ms:Int64}
GROUP BY service_key, code, method, step
