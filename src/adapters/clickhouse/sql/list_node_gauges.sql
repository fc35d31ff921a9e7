-- What is the last value of every gauge of every node, of some also step by step; and how fast do the counters among
-- them grow?
-- Params: names, stepwise Array(String); f, t DateTime64(9); o_ms, step_ms Int64
-- Returns: node, metric String, labels Map(String, String), value Float64, at_ms Int64,
--          rate Float64 (of node_vmstat_*, which come untyped and so as gauges; per second between first and last sample),
--          steps Array(Tuple(number since o_ms Int64, last value in it Float64)) (of those that are stepwise)
SELECT node, metric, labels, value, at_ms,
       if(has({stepwise:Array(String)}, metric),
          arrayMap(p -> (intDiv(p.1 - {o_ms:Int64}, {step_ms:Int64}), p.2),
                   arrayFilter((p, next) -> intDiv(p.1 - {o_ms:Int64}, {step_ms:Int64}) != intDiv(next.1 - {o_ms:Int64}, {step_ms:Int64}),
                               points, arraySlice(arrayPushBack(points, (toInt64(9e18), toFloat64(0))), 2))),
          []) AS steps,
       if(NOT startsWith(metric, 'node_vmstat_') OR length(points) < 2, 0,
          arraySum((d, v) -> if(d < 0, v, d), arrayDifference(points.2), points.2)
           / ((points[-1].1 - points[1].1) / 1000)) AS rate
FROM (
    SELECT multiIf(ResourceAttributes['net.host.name'] != '', ResourceAttributes['net.host.name'],
                     ResourceAttributes['server.address'] != '', ResourceAttributes['server.address'],
                     splitByChar(':', ResourceAttributes['service.instance.id'])[1]) AS node,
           MetricName AS metric, any(Attributes) AS labels, argMax(Value, TimeUnix) AS value,
           toUnixTimestamp64Milli(toDateTime64(max(TimeUnix), 9)) AS at_ms,
           arraySort(groupUniqArrayIf((toUnixTimestamp64Milli(toDateTime64(TimeUnix, 9)), Value),
                                      startsWith(MetricName, 'node_vmstat_')
                                      OR has({stepwise:Array(String)}, MetricName))) AS points
    FROM otel_metrics_gauge
    WHERE MetricName IN {names:Array(String)} /*service*/
      AND TimeUnix >= {f:DateTime64(9,'UTC')} AND TimeUnix < {t:DateTime64(9,'UTC')}
      AND bitAnd(Flags, 1) = 0 AND isFinite(Value)
    GROUP BY node, metric,
             cityHash64(arraySort(arrayMap((k, v) -> cityHash64(k, v), mapKeys(Attributes), mapValues(Attributes))))
)
WHERE node != ''
