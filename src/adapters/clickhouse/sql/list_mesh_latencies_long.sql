-- How long did requests of the mesh take? For long windows: nothing is kept but extremes by the hour.
-- Params: name String; f0, t DateTime64(9): samples from f0 on are read, to have a first one before the window;
--         f_ms, step_ms Int64
-- Returns: workload, namespace String, step Int64 (number since f_ms),
--          cumulative Array(Tuple(bound_ms Float64, observations Float64)) up to infinity, suspects Array(UInt64): series left out, because they fell without a new start
SELECT workload, namespace, step, arraySort(groupArray((toFloat64OrZero(le), requests))) AS cumulative,
       arrayDistinct(arrayFlatten(groupArray(suspects))) AS suspects
FROM (
    SELECT if(a['workload'] != '', a['workload'], a['deployment']) AS workload, a['namespace'] AS namespace, a['le'] AS le,
           intDiv(hour * 3600000, {step_ms:Int64}) AS step,
           sumIf(increase, NOT is_suspect) AS requests, groupUniqArrayIf(series, is_suspect) AS suspects
    FROM (
        SELECT series, any(labels) AS a, max(fell) AS is_suspect,
               arraySort(groupArray((hour, started, low, high, total))) AS parts,
               arrayMap((now, before, number) ->
                            if(max(is_delta_part), now.5,
                               now.4 - now.3
                               + if(number = 1, 0, if(now.3 >= before.4, now.3 - before.4, now.3))),
                        parts, arrayPushFront(arrayPopBack(parts), parts[1]), arrayEnumerate(parts)) AS increases
        FROM (
            SELECT cityHash64(ResourceAttributes['service.instance.id'],
                          arraySort(arrayMap((k, v) -> cityHash64(k, v), mapKeys(Attributes), mapValues(Attributes)))) AS series,
                   if(toUnixTimestamp64Milli(toDateTime64(TimeUnix, 9)) < {f_ms:Int64}, -1,
                      intDiv(toUnixTimestamp64Milli(toDateTime64(TimeUnix, 9)) - {f_ms:Int64}, 3600000)) AS hour,
                   StartTimeUnix AS started, any(Attributes) AS labels,
                   min(Value) AS low, max(Value) AS high, sum(Value) AS total, 0/*delta*/ AS is_delta_part,
                   NOT is_delta_part AND (argMax(Value, TimeUnix) < high OR argMin(Value, TimeUnix) > low) AS fell
            FROM otel_metrics_sum/*home*/
            WHERE MetricName = {name:String} /*service*/
              AND TimeUnix >= {f0:DateTime64(9,'UTC')} AND TimeUnix < {t:DateTime64(9,'UTC')}
              AND bitAnd(Flags, 1) = 0 AND isFinite(Value)
            GROUP BY series, hour, started
        )
        GROUP BY series
    )
    ARRAY JOIN parts.1 AS hour, increases AS increase
    WHERE hour >= 0
      AND workload != '' AND le != '' AND a['direction'] = 'inbound'
    GROUP BY workload, namespace, le, step
)
GROUP BY workload, namespace, step
