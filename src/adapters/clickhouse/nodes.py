"""Hardware of the nodes, from their samples."""

from collections.abc import Iterable
from typing import Final

from adapters.clickhouse.disks import NO_DISKS, disk_of
from adapters.clickhouse.node_samples import CPU, NodeSamples
from adapters.clickhouse.rounding import clamped_percent
from domain.otel.node_metrics import (
    NodeCpu,
    NodeDisk,
    NodeMemory,
    NodeMetrics,
    NodeNetwork,
    NodePsi,
    NodeSoftnet,
    NodeSystem,
    NodeTcp,
    NodeTemperature,
    NodeVmstat,
    TempSensor,
)

_BITS: Final = 8


def node_metrics(samples: Iterable[NodeSamples]) -> tuple[NodeMetrics, ...]:
    """Everything about each node, in the order of the samples."""
    return tuple(map(_node, samples))


def used_percent(total: float, free: float) -> float:
    """Share of something that is not free; 0 where there is nothing of it."""
    return clamped_percent(1.0 - free / total) if total > 0 else 0.0


def _node(one: NodeSamples) -> NodeMetrics:
    boot_seconds = one.gauge("node_boot_time_seconds")
    newest_seconds = one.newest_ms / 1000
    releases = [labels.get("release", "") for labels, _ in one.gauges.get("node_uname_info", ())]
    return NodeMetrics(
        node_name=one.address,
        node_ip=one.address,
        timestamp=one.newest_at,
        cpu=_cpu(one),
        memory=_memory(one),
        disks=_disks(one),
        networks=tuple(_network(one, device) for device in one.devices("node_network_")),
        temperature=_temperature(one),
        psi=NodePsi(
            cpu_some_pct=_pressure(one, "cpu_waiting"),
            mem_some_pct=_pressure(one, "memory_waiting"),
            mem_full_pct=_pressure(one, "memory_stalled"),
            io_some_pct=_pressure(one, "io_waiting"),
            io_full_pct=_pressure(one, "io_stalled"),
        ),
        tcp=NodeTcp(
            curr_estab=int(one.gauge("node_netstat_Tcp_CurrEstab")),
            alloc=int(one.gauge("node_sockstat_TCP_alloc")),
            in_use=int(one.gauge("node_sockstat_TCP_inuse")),
            time_wait=int(one.gauge("node_sockstat_TCP_tw")),
            sockets_used=int(one.gauge("node_sockstat_sockets_used")),
        ),
        system=NodeSystem(
            conntrack_entries=int(one.gauge("node_nf_conntrack_entries")),
            conntrack_limit=int(one.gauge("node_nf_conntrack_entries_limit")),
            filefd_allocated=int(one.gauge("node_filefd_allocated")),
            filefd_max=int(one.gauge("node_filefd_maximum")),
            entropy_bits=int(one.gauge("node_entropy_available_bits")),
        ),
        vmstat=NodeVmstat(
            pg_fault_per_sec=round(one.rate("node_vmstat_pgfault"), 2),
            pg_maj_fault_per_sec=round(one.rate("node_vmstat_pgmajfault"), 2),
            pswp_in_per_sec=round(one.rate("node_vmstat_pswpin"), 2),
            pswp_out_per_sec=round(one.rate("node_vmstat_pswpout"), 2),
        ),
        softnet=NodeSoftnet(
            dropped_per_sec=round(one.rate("node_softnet_dropped_total"), 4),
            squeezed_per_sec=round(one.rate("node_softnet_times_squeezed_total"), 4),
        ),
        kernel=max(releases, default=""),
        uptime_seconds=max(0, int(newest_seconds - boot_seconds)) if boot_seconds > 0 else 0,
    )


def _cpu(one: NodeSamples) -> NodeCpu:
    modes = {mode: seconds for (_, mode), seconds in one.rates.get(CPU, {}).items()}
    total = sum(modes.values())

    def share(mode: str) -> float:
        return clamped_percent(modes.get(mode, 0.0) / total) if total > 0 else 0.0

    frequencies = one.labelled("node_cpu_scaling_frequency_hertz", "cpu")
    return NodeCpu(
        usage_pct=clamped_percent(1.0 - modes.get("idle", 0.0) / total) if total > 0 else 0.0,
        user_pct=share("user"),
        system_pct=share("system"),
        iowait_pct=share("iowait"),
        load1=one.gauge("node_load1"),
        load5=one.gauge("node_load5"),
        load15=one.gauge("node_load15"),
        cores=one.cores,
        freq_hz=tuple(frequencies[core] for core in sorted(frequencies, key=lambda core: (len(core), core))),
    )


def _memory(one: NodeSamples) -> NodeMemory:
    total, free = one.gauge("node_memory_MemTotal_bytes"), one.gauge("node_memory_MemFree_bytes")
    cached, buffers = one.gauge("node_memory_Cached_bytes"), one.gauge("node_memory_Buffers_bytes")
    has_available = "node_memory_MemAvailable_bytes" in one.gauges
    # Kernels before 3.14 do not tell; then this is what they would have to give.
    available = one.gauge("node_memory_MemAvailable_bytes") if has_available else min(total, free + cached + buffers)
    swap_total, swap_free = one.gauge("node_memory_SwapTotal_bytes"), one.gauge("node_memory_SwapFree_bytes")
    return NodeMemory(
        total_bytes=int(total),
        available_bytes=int(available),
        free_bytes=int(free),
        cached_bytes=int(cached),
        buffers_bytes=int(buffers),
        usage_pct=used_percent(total, available),
        swap_total_bytes=int(swap_total),
        swap_free_bytes=int(swap_free),
        swap_usage_pct=used_percent(swap_total, swap_free),
    )


def _disks(one: NodeSamples) -> tuple[NodeDisk, ...]:
    names = {device: device for device in one.devices("node_disk_")}
    available = {
        (labels.get("mountpoint", ""), labels.get("device", "")): value
        for labels, value in one.gauges.get("node_filesystem_avail_bytes", ())
    }
    disks = []
    for labels, size in one.gauges.get("node_filesystem_size_bytes", ()):
        mount, device, kind = labels.get("mountpoint", ""), labels.get("device", ""), labels.get("fstype", "")
        if kind in NO_DISKS or not mount:
            continue
        disk, avail = disk_of(device, names) or "", available.get((mount, device), 0.0)
        disks.append(
            NodeDisk(
                device=device,
                mount_point=mount,
                fs_type=kind,
                total_bytes=int(size),
                avail_bytes=int(avail),
                usage_pct=used_percent(size, avail),
                read_bytes_per_sec=round(one.rate("node_disk_read_bytes_total", disk), 2),
                write_bytes_per_sec=round(one.rate("node_disk_written_bytes_total", disk), 2),
                read_iops=round(one.rate("node_disk_reads_completed_total", disk), 2),
                write_iops=round(one.rate("node_disk_writes_completed_total", disk), 2),
                io_util_pct=clamped_percent(one.rate("node_disk_io_time_seconds_total", disk)),
            )
        )
    return tuple(sorted(disks, key=lambda disk: (disk.mount_point, disk.device)))


def _network(one: NodeSamples, device: str) -> NodeNetwork:
    speeds, mtus = one.labelled("node_network_speed_bytes", "device"), one.labelled("node_network_mtu_bytes", "device")

    def per_second(metric: str) -> float:
        return round(one.rate(f"node_network_{metric}_total", device), 2)

    return NodeNetwork(
        interface=device,
        up=one.labelled("node_network_up", "device").get(device, 0.0) == 1.0,
        speed_bits_per_sec=max(0, int(speeds.get(device, 0.0) * _BITS)),
        mtu=int(mtus.get(device, 0.0)),
        rx_bytes_per_sec=per_second("receive_bytes"),
        tx_bytes_per_sec=per_second("transmit_bytes"),
        rx_pkt_per_sec=per_second("receive_packets"),
        tx_pkt_per_sec=per_second("transmit_packets"),
        rx_err_per_sec=per_second("receive_errs"),
        tx_err_per_sec=per_second("transmit_errs"),
        rx_drop_per_sec=per_second("receive_drop"),
        tx_drop_per_sec=per_second("transmit_drop"),
    )


def _temperature(one: NodeSamples) -> NodeTemperature:
    def by_sensor(metric: str) -> dict[tuple[str, str], float]:
        readings = one.gauges.get(metric, ())
        return {(labels.get("chip", ""), labels.get("sensor", "")): round(value, 1) for labels, value in readings}

    current = by_sensor("node_hwmon_temp_celsius")
    highest, critical = by_sensor("node_hwmon_temp_max_celsius"), by_sensor("node_hwmon_temp_crit_celsius")
    sensors = tuple(
        TempSensor(
            chip=chip,
            sensor=sensor,
            current_c=current[chip, sensor],
            max_c=highest.get((chip, sensor), 0.0),
            crit_c=critical.get((chip, sensor), 0.0),
        )
        for chip, sensor in sorted(current)
    )
    hottest = max(sensors, key=lambda one: one.current_c, default=None)
    return NodeTemperature(
        cpu_temp_c=hottest.current_c if hottest else 0.0,
        cpu_max_c=hottest.max_c if hottest else 0.0,
        cpu_crit_c=hottest.crit_c if hottest else 0.0,
        sensors=sensors,
    )


def _pressure(one: NodeSamples, what: str) -> float:
    return clamped_percent(one.rate(f"node_pressure_{what}_seconds_total"))
