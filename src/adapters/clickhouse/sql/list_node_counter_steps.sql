-- How fast did the counters of every node grow, step by step?
-- Params: f0, t DateTime64(9): samples from f0 on are read, to have a first one before the window; f_ms, step_ms Int64;
--         node String (empty: all)
-- Returns: node_name String, step Int64 (number since f_ms), cpu Map(mode, seconds), disk_read, disk_written, disk_busy
--          Map(device, per second), rx_bytes, tx_bytes, rx_packets, tx_packets (per second, without lo), cpu_waiting,
--          mem_waiting, io_waiting Float64 (seconds per second)
SELECT node_name, step,
       sumMapIf(map(labels['mode'], increase), metric = 'node_cpu_seconds_total') AS cpu,
       sumMapIf(map(labels['device'], rate), metric = 'node_disk_read_bytes_total') AS disk_read,
       sumMapIf(map(labels['device'], rate), metric = 'node_disk_written_bytes_total') AS disk_written,
       sumMapIf(map(labels['device'], rate), metric = 'node_disk_io_time_seconds_total') AS disk_busy,
       sumIf(rate, metric = 'node_network_receive_bytes_total') AS rx_bytes,
       sumIf(rate, metric = 'node_network_transmit_bytes_total') AS tx_bytes,
       sumIf(rate, metric = 'node_network_receive_packets_total') AS rx_packets,
       sumIf(rate, metric = 'node_network_transmit_packets_total') AS tx_packets,
       sumIf(rate, metric = 'node_pressure_cpu_waiting_seconds_total') AS cpu_waiting,
       sumIf(rate, metric = 'node_pressure_memory_waiting_seconds_total') AS mem_waiting,
       sumIf(rate, metric = 'node_pressure_io_waiting_seconds_total') AS io_waiting
FROM (
    SELECT node_name, metric, any(series_labels) AS labels, intDiv(at_ms - {f_ms:Int64}, {step_ms:Int64}) AS step,
           sum(grown) AS increase, sum(passed_ms) / 1000 AS seconds,
           if(seconds > 0, increase / seconds, 0) AS rate
    FROM (
        SELECT multiIf(ResourceAttributes['net.host.name'] != '', ResourceAttributes['net.host.name'],
                     ResourceAttributes['server.address'] != '', ResourceAttributes['server.address'],
                     splitByChar(':', ResourceAttributes['service.instance.id'])[1]) AS node_name,
               MetricName AS metric, any(Attributes) AS series_labels,
               arraySort(groupArray((toUnixTimestamp64Milli(toDateTime64(TimeUnix, 9)), Value))) AS points,
               0/*delta*/ AS is_delta,
               arrayMap((d, v) -> if(is_delta OR d < 0, v, d), arrayDifference(points.2), points.2) AS growth,
               arrayDifference(points.1) AS passed,
               cityHash64(arraySort(arrayMap((k, v) -> cityHash64(k, v), mapKeys(Attributes), mapValues(Attributes)))) AS series
        FROM otel_metrics_sum/*home*/
        WHERE MetricName IN ('node_cpu_seconds_total', 'node_disk_read_bytes_total', 'node_disk_written_bytes_total',
                             'node_disk_io_time_seconds_total', 'node_network_receive_bytes_total',
                             'node_network_transmit_bytes_total', 'node_network_receive_packets_total',
                             'node_network_transmit_packets_total', 'node_pressure_cpu_waiting_seconds_total',
                             'node_pressure_memory_waiting_seconds_total',
                             'node_pressure_io_waiting_seconds_total') /*service*/
          AND TimeUnix >= {f0:DateTime64(9,'UTC')} AND TimeUnix < {t:DateTime64(9,'UTC')}
          AND bitAnd(Flags, 1) = 0 AND isFinite(Value)
          AND NOT (startsWith(MetricName, 'node_network_') AND Attributes['device'] = 'lo')
          AND ({node:String} = '' OR {node:String} = multiIf(ResourceAttributes['net.host.name'] != '', ResourceAttributes['net.host.name'],
                     ResourceAttributes['server.address'] != '', ResourceAttributes['server.address'],
                     splitByChar(':', ResourceAttributes['service.instance.id'])[1]))
        GROUP BY node_name, metric, series
    )
    ARRAY JOIN points.1 AS at_ms, growth AS grown, passed AS passed_ms
    WHERE at_ms >= {f_ms:Int64}
    GROUP BY node_name, metric, series, step
)
WHERE node_name != ''
GROUP BY node_name, step
ORDER BY node_name, step
