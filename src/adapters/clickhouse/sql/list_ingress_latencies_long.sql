-- How long did requests of the services behind the ingress take? For long windows: nothing is kept but extremes.
-- Params: name String; f0, t DateTime64(9): states from f0 on are read, to have a first one before the window;
--         f_ms, step_ms Int64
-- Returns: service_key String, bounds Array(Float64) (seconds), step Int64 (number since f_ms),
--          counts Array(Int64) (per bucket, the unbounded one last), seconds Float64 (sum of what was observed),
--          suspects Array(UInt64): series left out, because they fell without a new start
SELECT a['service'] AS service_key, bounds, step,
       sumForEachIf(increase.1, NOT is_suspect) AS counts, sumIf(increase.2, NOT is_suspect) AS seconds,
       groupUniqArrayIf(series, is_suspect) AS suspects
FROM (
    SELECT series, bounds, any(labels) AS a, max(fell) AS is_suspect, max(is_delta_part) AS is_delta,
           arraySort(x -> (x.1, x.2),
                     groupArray((step, started, lows, highs, low, high, totals, total))) AS parts,
           arrayMap((now, before, number) -> if(
                        is_delta, (now.7, now.8),
                        (arrayMap((l, h, b) -> h - l + multiIf(number = 1, 0, arrayExists((x, y) -> x < y, now.3, before.4), l, l - b),
                                  now.3, now.4, before.4),
                         now.6 - now.5 + multiIf(number = 1, 0, arrayExists((x, y) -> x < y, now.3, before.4), now.5, now.5 - before.6))),
                    parts, arrayPushFront(arrayPopBack(parts), parts[1]), arrayEnumerate(parts)) AS increases
    FROM (
        SELECT cityHash64(ResourceAttributes['service.instance.id'],
                      arraySort(arrayMap((k, v) -> cityHash64(k, v), mapKeys(Attributes), mapValues(Attributes)))) AS series,
               ExplicitBounds AS bounds,
               if(toUnixTimestamp64Milli(toDateTime64(TimeUnix, 9)) < {f_ms:Int64}, -1,
                  intDiv(toUnixTimestamp64Milli(toDateTime64(TimeUnix, 9)) - {f_ms:Int64}, {step_ms:Int64})) AS step,
               StartTimeUnix AS started, any(Attributes) AS labels, 0/*delta*/ AS is_delta_part,
               minForEach(CAST(BucketCounts, 'Array(Int64)')) AS lows,
               maxForEach(CAST(BucketCounts, 'Array(Int64)')) AS highs,
               sumForEach(CAST(BucketCounts, 'Array(Int64)')) AS totals,
               min(Sum) AS low, max(Sum) AS high, sum(Sum) AS total,
               NOT is_delta_part AND (toInt64(argMax(Count, TimeUnix)) < toInt64(max(Count))
                                      OR toInt64(argMin(Count, TimeUnix)) > toInt64(min(Count))) AS fell
        FROM otel_metrics_histogram
        WHERE MetricName = {name:String} /*service*/
          AND TimeUnix >= {f0:DateTime64(9,'UTC')} AND TimeUnix < {t:DateTime64(9,'UTC')}
          AND bitAnd(Flags, 1) = 0 AND isFinite(Sum) AND length(BucketCounts) = length(ExplicitBounds) + 1
        GROUP BY series, bounds, step, started
    )
    GROUP BY series, bounds
)
ARRAY JOIN parts.1 AS step, increases AS increase
WHERE step >= 0
GROUP BY service_key, bounds, step
