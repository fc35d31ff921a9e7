-- What were the gauges of every node, step by step (their last values in each)?
-- Params: f, t DateTime64(9); f_ms, step_ms Int64; node String (empty: all)
-- Returns: node_name String, step Int64 (number since f_ms), load1, load5, load15, mem_total, mem_available, swap_total,
--          swap_free, temperature_c (hottest), estab, sockets_used Float64, and of the file system at / or else the
--          first: disk Tuple(mount_point, device String, size_bytes Float64), disk_avail_bytes Float64
SELECT node_name, step,
       anyIf(last, metric = 'node_load1') AS load1, anyIf(last, metric = 'node_load5') AS load5,
       anyIf(last, metric = 'node_load15') AS load15,
       anyIf(last, metric = 'node_memory_MemTotal_bytes') AS mem_total,
       anyIf(last, metric = 'node_memory_MemAvailable_bytes') AS mem_available,
       anyIf(last, metric = 'node_memory_SwapTotal_bytes') AS swap_total,
       anyIf(last, metric = 'node_memory_SwapFree_bytes') AS swap_free,
       maxIf(last, metric = 'node_hwmon_temp_celsius') AS temperature_c,
       anyIf(last, metric = 'node_netstat_Tcp_CurrEstab') AS estab,
       anyIf(last, metric = 'node_sockstat_sockets_used') AS sockets_used,
       argMinIf((labels['mountpoint'], labels['device'], last), labels['mountpoint'],
                metric = 'node_filesystem_size_bytes') AS disk,
       argMinIf(last, labels['mountpoint'], metric = 'node_filesystem_avail_bytes') AS disk_avail_bytes
FROM (
    SELECT multiIf(ResourceAttributes['net.host.name'] != '', ResourceAttributes['net.host.name'],
                     ResourceAttributes['server.address'] != '', ResourceAttributes['server.address'],
                     splitByChar(':', ResourceAttributes['service.instance.id'])[1]) AS node_name,
           MetricName AS metric, any(Attributes) AS labels, argMax(Value, TimeUnix) AS last,
           intDiv(toUnixTimestamp64Milli(toDateTime64(TimeUnix, 9)) - {f_ms:Int64}, {step_ms:Int64}) AS step
    FROM otel_metrics_gauge
    WHERE MetricName IN ('node_load1', 'node_load5', 'node_load15', 'node_memory_MemTotal_bytes',
                         'node_memory_MemAvailable_bytes', 'node_memory_SwapTotal_bytes',
                         'node_memory_SwapFree_bytes', 'node_hwmon_temp_celsius', 'node_netstat_Tcp_CurrEstab',
                         'node_sockstat_sockets_used', 'node_filesystem_size_bytes',
                         'node_filesystem_avail_bytes') /*service*/
      AND TimeUnix >= {f:DateTime64(9,'UTC')} AND TimeUnix < {t:DateTime64(9,'UTC')}
      AND bitAnd(Flags, 1) = 0 AND isFinite(Value)
      AND (Attributes['fstype'] NOT IN ('tmpfs', 'devtmpfs', 'overlay', 'squashfs'))
      AND ({node:String} = '' OR {node:String} = multiIf(ResourceAttributes['net.host.name'] != '', ResourceAttributes['net.host.name'],
                     ResourceAttributes['server.address'] != '', ResourceAttributes['server.address'],
                     splitByChar(':', ResourceAttributes['service.instance.id'])[1]))
    GROUP BY node_name, metric, step,
             cityHash64(arraySort(arrayMap((k, v) -> cityHash64(k, v), mapKeys(Attributes), mapValues(Attributes))))
)
WHERE node_name != ''
GROUP BY node_name, step
ORDER BY node_name, step
