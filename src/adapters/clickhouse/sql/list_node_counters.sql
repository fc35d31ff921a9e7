-- How fast do the counters of every node grow, and how much step by step?
-- Params: names, stepwise Array(String); f, t DateTime64(9); o_ms, step_ms Int64
-- Returns: node, metric, device, mode String, series UInt64 (of them, 0 to 1 a core), rate Float64 (per second, between
--          first and last sample of each series, added up over the cores), at_ms Int64,
--          steps Tuple(numbers since o_ms Array(Int64), increases Array(Float64), milliseconds passed Array(Int64)), both
--          added up over the series (of those that are stepwise; steps in which nothing passed are missing)
SELECT node, metric, labels['device'] AS device, labels['mode'] AS mode, count() AS series,
       sum(increase / span_seconds) AS rate, max(last_ms) AS at_ms, sumMap(numbers, growth, passed) AS steps
FROM (
    SELECT multiIf(ResourceAttributes['net.host.name'] != '', ResourceAttributes['net.host.name'],
                     ResourceAttributes['server.address'] != '', ResourceAttributes['server.address'],
                     splitByChar(':', ResourceAttributes['service.instance.id'])[1]) AS node,
           MetricName AS metric, any(Attributes) AS labels,
           arraySort(groupArray((toUnixTimestamp64Milli(toDateTime64(TimeUnix, 9)), Value))) AS points,
           0/*delta*/ AS is_delta,
           if(is_delta, arraySum(arrayPopFront(points.2)),
              arraySum((d, v) -> if(d < 0, v, d), arrayDifference(points.2), points.2)) AS increase,
           if(has({stepwise:Array(String)}, metric), points, []) AS shown,
           arrayMap(p -> intDiv(p.1 - {o_ms:Int64}, {step_ms:Int64}), shown) AS numbers,
           arrayMap((d, v) -> if(is_delta OR d < 0, v, d), arrayDifference(shown.2), shown.2) AS growth,
           arrayDifference(shown.1) AS passed,
           points[-1].1 AS last_ms, (last_ms - points[1].1) / 1000 AS span_seconds
    FROM otel_metrics_sum/*home*/
    WHERE MetricName IN {names:Array(String)} /*service*/
      AND TimeUnix >= {f:DateTime64(9,'UTC')} AND TimeUnix < {t:DateTime64(9,'UTC')}
      AND bitAnd(Flags, 1) = 0 AND isFinite(Value)
    GROUP BY node, metric,
             cityHash64(arraySort(arrayMap((k, v) -> cityHash64(k, v), mapKeys(Attributes), mapValues(Attributes))))
    HAVING span_seconds > 0
)
WHERE node != ''
GROUP BY node, metric, device, mode
