"""Nodes step by step."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from adapters.clickhouse.disks import NO_DISKS, disk_of
from adapters.clickhouse.grid import Grid
from adapters.clickhouse.node_samples import CPU, Growth, Labels, NodeSamples, node_homes
from adapters.clickhouse.nodes import used_percent
from adapters.clickhouse.rounding import clamped_percent
from adapters.clickhouse.runner import Row
from adapters.clickhouse.store import TelemetryStore
from domain.otel.node_metrics import NodeMetricsPoint, NodeMetricsTimeSeries

_OPERATION: Final = "read metrics of the nodes over time"
_LOOPBACK: Final = "lo"


async def read_node_series(store: TelemetryStore, grid: Grid, node: str = "") -> tuple[NodeMetricsTimeSeries, ...]:
    """Every node (or one) step by step, sorted by address; a step without gauges or without counters is missing."""
    homes = await node_homes(store, grid.window)
    if homes.gauges is None or homes.counters is None:
        return ()
    parameters = {**grid.parameters(), "node": node}
    gauges = await store.ask_at("list_node_gauge_steps", homes.gauges, parameters, operation=_OPERATION)
    counters = {
        (row["node_name"], row["step"]): row
        for row in await store.ask_at("list_node_counter_steps", homes.counters, parameters, operation=_OPERATION)
    }
    lines: dict[str, list[NodeMetricsPoint]] = {}
    for row in gauges:
        counted = counters.get((row["node_name"], row["step"]))
        if counted is not None and sum(counted["cpu"].values()) > 0:
            lines.setdefault(row["node_name"], []).append(_point(row, counted, grid))
    return tuple(NodeMetricsTimeSeries(node_name=name, points=tuple(points)) for name, points in sorted(lines.items()))


def points_of(one: NodeSamples, grid: Grid) -> list[NodeMetricsPoint]:
    """The same of one node, from samples that were read step by step for another reason; ascending."""
    points = []
    for step in sorted(one.gauge_steps.keys() & one.counter_steps.keys()):
        counted = _counted(one.counter_steps[step])
        if sum(counted["cpu"].values()) > 0:
            points.append(_point({"step": step, **_gauged(one.gauge_steps[step])}, counted, grid))
    return points


def _gauged(readings: Mapping[str, Sequence[tuple[Labels, float]]]) -> Row:
    """What `list_node_gauge_steps` would say of one step."""

    def first(metric: str) -> float:
        return next((value for _, value in readings.get(metric, ())), 0.0)

    def by_mount(metric: str) -> list[tuple[str, str, float]]:
        return sorted(
            (labels.get("mountpoint", ""), labels.get("device", ""), value)
            for labels, value in readings.get(metric, ())
            if labels.get("fstype", "") not in NO_DISKS
        ) or [("", "", 0.0)]

    return {
        "load1": first("node_load1"),
        "load5": first("node_load5"),
        "load15": first("node_load15"),
        "mem_total": first("node_memory_MemTotal_bytes"),
        "mem_available": first("node_memory_MemAvailable_bytes"),
        "swap_total": first("node_memory_SwapTotal_bytes"),
        "swap_free": first("node_memory_SwapFree_bytes"),
        "temperature_c": max((value for _, value in readings.get("node_hwmon_temp_celsius", ())), default=0.0),
        "estab": first("node_netstat_Tcp_CurrEstab"),
        "sockets_used": first("node_sockstat_sockets_used"),
        "disk": by_mount("node_filesystem_size_bytes")[0],
        "disk_avail_bytes": by_mount("node_filesystem_avail_bytes")[0][2],
    }


def _counted(growths: Mapping[str, Mapping[tuple[str, str], Growth]]) -> Row:
    """What `list_node_counter_steps` would say of one step."""

    def by_device(metric: str) -> dict[str, float]:
        return {device: growth.per_second for (device, _), growth in growths.get(metric, {}).items()}

    def together(metric: str) -> float:
        return sum(rate for device, rate in by_device(metric).items() if device != _LOOPBACK)

    return {
        "cpu": {mode: growth.amount for (_, mode), growth in growths.get(CPU, {}).items()},
        "disk_read": by_device("node_disk_read_bytes_total"),
        "disk_written": by_device("node_disk_written_bytes_total"),
        "disk_busy": by_device("node_disk_io_time_seconds_total"),
        "rx_bytes": together("node_network_receive_bytes_total"),
        "tx_bytes": together("node_network_transmit_bytes_total"),
        "rx_packets": together("node_network_receive_packets_total"),
        "tx_packets": together("node_network_transmit_packets_total"),
        "cpu_waiting": together("node_pressure_cpu_waiting_seconds_total"),
        "mem_waiting": together("node_pressure_memory_waiting_seconds_total"),
        "io_waiting": together("node_pressure_io_waiting_seconds_total"),
    }


def _point(gauges: Row, counters: Row, grid: Grid) -> NodeMetricsPoint:
    cpu: dict[str, float] = counters["cpu"]
    total = sum(cpu.values())
    _, device, size_bytes = gauges["disk"]

    def share(mode: str) -> float:
        return clamped_percent(cpu.get(mode, 0.0) / total)

    def disk(figure: str) -> float:
        by_disk: dict[str, Any] = counters[figure]
        return float(disk_of(device, by_disk) or 0.0)

    return NodeMetricsPoint(
        timestamp=grid.start_of(gauges["step"]),
        cpu_pct=clamped_percent(1.0 - cpu.get("idle", 0.0) / total),
        user_pct=share("user"),
        system_pct=share("system"),
        iowait_pct=share("iowait"),
        load1=gauges["load1"],
        load5=gauges["load5"],
        load15=gauges["load15"],
        mem_pct=used_percent(gauges["mem_total"], gauges["mem_available"]),
        swap_usage_pct=used_percent(gauges["swap_total"], gauges["swap_free"]),
        disk_pct=used_percent(size_bytes, gauges["disk_avail_bytes"]),
        disk_read_bytes_per_sec=round(disk("disk_read"), 2),
        disk_write_bytes_per_sec=round(disk("disk_written"), 2),
        disk_io_util_pct=clamped_percent(disk("disk_busy")),
        net_rx_bytes_per_sec=round(counters["rx_bytes"], 2),
        net_tx_bytes_per_sec=round(counters["tx_bytes"], 2),
        net_rx_pkt_per_sec=round(counters["rx_packets"], 2),
        net_tx_pkt_per_sec=round(counters["tx_packets"], 2),
        cpu_temp_c=round(gauges["temperature_c"], 1),
        cpu_some_pct=clamped_percent(counters["cpu_waiting"]),
        mem_some_pct=clamped_percent(counters["mem_waiting"]),
        io_some_pct=clamped_percent(counters["io_waiting"]),
        tcp_estab=int(gauges["estab"]),
        sockets_used=int(gauges["sockets_used"]),
    )
