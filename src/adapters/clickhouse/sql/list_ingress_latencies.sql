-- How long did requests of the services behind the ingress take, step by step?
-- Params: name String; f0, t DateTime64(9): states from f0 on are read, to have a first one before the window;
--         f_ms Int64, from when on increases count; o_ms, step_ms Int64; only Array(UInt64), series to look at (empty: all)
-- Returns: service_key String, bounds Array(Float64) (seconds), step Int64 (number since o_ms),
--          counts Array(Int64) (per bucket, the unbounded one last), seconds Float64 (sum of what was observed)
SELECT a['service'] AS service_key, bounds, intDiv(at_ms - {o_ms:Int64}, {step_ms:Int64}) AS step,
       sumForEach(increase.1) AS counts, sum(increase.2) AS seconds
FROM (
    SELECT any(Attributes) AS a, ExplicitBounds AS bounds, 0/*delta*/ AS is_delta,
           arraySort(x -> x.1,
                     groupArray((toUnixTimestamp64Milli(toDateTime64(TimeUnix, 9)),
                                 CAST(BucketCounts, 'Array(Int64)'), Sum))) AS states,
           arrayMap((now, before, number) -> multiIf(
                        is_delta, (now.2, now.3),
                        number = 1, (arrayMap(x -> toInt64(0), now.2), toFloat64(0)),
                        arrayExists((x, y) -> x < y, now.2, before.2), (now.2, now.3),
                        (arrayMap((x, y) -> x - y, now.2, before.2), now.3 - before.3)),
                    states, arrayPushFront(arrayPopBack(states), states[1]), arrayEnumerate(states)) AS increases
    FROM otel_metrics_histogram
    WHERE MetricName = {name:String} /*service*/
      AND TimeUnix >= {f0:DateTime64(9,'UTC')} AND TimeUnix < {t:DateTime64(9,'UTC')}
      AND bitAnd(Flags, 1) = 0 AND isFinite(Sum) AND length(BucketCounts) = length(ExplicitBounds) + 1
      AND (empty({only:Array(UInt64)}) OR has({only:Array(UInt64)},
           cityHash64(ResourceAttributes['service.instance.id'],
                      arraySort(arrayMap((k, v) -> cityHash64(k, v), mapKeys(Attributes), mapValues(Attributes))))))
    GROUP BY bounds,
             cityHash64(ResourceAttributes['service.instance.id'],
                      arraySort(arrayMap((k, v) -> cityHash64(k, v), mapKeys(Attributes), mapValues(Attributes))))
)
ARRAY JOIN states.1 AS at_ms, increases AS increase
WHERE at_ms >= {f_ms:Int64}
GROUP BY service_key, bounds, step
