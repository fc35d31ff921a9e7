-- What was one metric of a node, step by step, its series added up?
-- Params: name String; nodes Array(String), addresses of the node; f0, t DateTime64(9): samples from f0 on are read, to
--         have a first one before the window; f_ms, step_ms Int64
-- Returns: step Int64 (number since f_ms), level Float64 (means of the series), growth Float64 (per second)
SELECT step, sum(mean) AS level, sum(if(passed_ms > 0, 1000 * grown / passed_ms, 0)) AS growth
FROM (
    SELECT series, intDiv(at_ms - {f_ms:Int64}, {step_ms:Int64}) AS step, avg(value) AS mean, sum(increase) AS grown,
           sum(passed) AS passed_ms
    FROM (
        SELECT cityHash64(ResourceAttributes['service.instance.id'],
                   arraySort(arrayMap((k, v) -> cityHash64(k, v), mapKeys(Attributes), mapValues(Attributes)))) AS series,
               arraySort(groupArray((toUnixTimestamp64Milli(toDateTime64(TimeUnix, 9)), Value))) AS points,
               0/*delta*/ AS is_delta,
               arrayMap((d, v) -> if(is_delta OR d < 0, v, d), arrayDifference(points.2), points.2) AS increases,
               arrayDifference(points.1) AS pauses
        FROM otel_metrics_sum/*home*/
        WHERE MetricName = {name:String} /*service*/
          AND has({nodes:Array(String)}, multiIf(ResourceAttributes['net.host.name'] != '', ResourceAttributes['net.host.name'],
                      ResourceAttributes['server.address'] != '', ResourceAttributes['server.address'],
                      splitByChar(':', ResourceAttributes['service.instance.id'])[1]))
          AND TimeUnix >= {f0:DateTime64(9,'UTC')} AND TimeUnix < {t:DateTime64(9,'UTC')}
          AND bitAnd(Flags, 1) = 0 AND isFinite(Value)
        GROUP BY series
    )
    ARRAY JOIN points.1 AS at_ms, points.2 AS value, increases AS increase, pauses AS passed
    WHERE at_ms >= {f_ms:Int64}
    GROUP BY series, step
)
GROUP BY step
ORDER BY step
