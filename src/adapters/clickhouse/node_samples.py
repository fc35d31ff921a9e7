"""Samples of the nodes as two statements give them, sorted by node: what the figures are computed from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from adapters.clickhouse.dialect import GAUGES, SUMS
from adapters.clickhouse.grid import Grid
from adapters.clickhouse.runner import Row
from adapters.clickhouse.store import Home, TelemetryStore
from adapters.clickhouse.traces import moment_of
from domain.time_range import TimeRange

GAUGE_NAMES: Final = (
    "node_load1",
    "node_load5",
    "node_load15",
    "node_cpu_scaling_frequency_hertz",
    "node_memory_MemTotal_bytes",
    "node_memory_MemAvailable_bytes",
    "node_memory_MemFree_bytes",
    "node_memory_Cached_bytes",
    "node_memory_Buffers_bytes",
    "node_memory_SwapTotal_bytes",
    "node_memory_SwapFree_bytes",
    "node_filesystem_size_bytes",
    "node_filesystem_avail_bytes",
    "node_network_up",
    "node_network_speed_bytes",
    "node_network_mtu_bytes",
    "node_hwmon_temp_celsius",
    "node_hwmon_temp_max_celsius",
    "node_hwmon_temp_crit_celsius",
    "node_netstat_Tcp_CurrEstab",
    "node_sockstat_TCP_alloc",
    "node_sockstat_TCP_inuse",
    "node_sockstat_TCP_tw",
    "node_sockstat_sockets_used",
    "node_nf_conntrack_entries",
    "node_nf_conntrack_entries_limit",
    "node_filefd_allocated",
    "node_filefd_maximum",
    "node_entropy_available_bits",
    "node_boot_time_seconds",
    "node_uname_info",
)
VMSTAT_NAMES: Final = ("node_vmstat_pgfault", "node_vmstat_pgmajfault", "node_vmstat_pswpin", "node_vmstat_pswpout")
"""Counters that come without a type, and are stored as gauges for that; or as counters, where something typed them."""
CPU: Final = "node_cpu_seconds_total"
COUNTER_NAMES: Final = (
    CPU,
    "node_disk_read_bytes_total",
    "node_disk_written_bytes_total",
    "node_disk_reads_completed_total",
    "node_disk_writes_completed_total",
    "node_disk_io_time_seconds_total",
    "node_network_receive_bytes_total",
    "node_network_transmit_bytes_total",
    "node_network_receive_packets_total",
    "node_network_transmit_packets_total",
    "node_network_receive_errs_total",
    "node_network_transmit_errs_total",
    "node_network_receive_drop_total",
    "node_network_transmit_drop_total",
    "node_pressure_cpu_waiting_seconds_total",
    "node_pressure_memory_waiting_seconds_total",
    "node_pressure_memory_stalled_seconds_total",
    "node_pressure_io_waiting_seconds_total",
    "node_pressure_io_stalled_seconds_total",
    "node_softnet_dropped_total",
    "node_softnet_times_squeezed_total",
    *VMSTAT_NAMES,
)
STEPWISE_GAUGES: Final = (
    "node_load1",
    "node_load5",
    "node_load15",
    "node_memory_MemTotal_bytes",
    "node_memory_MemAvailable_bytes",
    "node_memory_SwapTotal_bytes",
    "node_memory_SwapFree_bytes",
    "node_hwmon_temp_celsius",
    "node_netstat_Tcp_CurrEstab",
    "node_sockstat_sockets_used",
    "node_filesystem_size_bytes",
    "node_filesystem_avail_bytes",
)
"""Those that pages draw over time."""
STEPWISE_COUNTERS: Final = (
    CPU,
    "node_disk_read_bytes_total",
    "node_disk_written_bytes_total",
    "node_disk_io_time_seconds_total",
    "node_network_receive_bytes_total",
    "node_network_transmit_bytes_total",
    "node_network_receive_packets_total",
    "node_network_transmit_packets_total",
    "node_pressure_cpu_waiting_seconds_total",
    "node_pressure_memory_waiting_seconds_total",
    "node_pressure_io_waiting_seconds_total",
)
_PRESENCE: Final = ("node_load1", CPU)
"""Metrics that every node has: where they are, the others are too."""
_OPERATION: Final = "read metrics of the nodes"
_MS: Final = 1000

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Growth:
    """Of one or several counters in one step."""

    amount: float
    """All of them together."""
    seconds: float
    """That passed on average between their first and last samples in the step, from the sample before on."""

    @property
    def per_second(self) -> float:
        """0 where no time passed."""
        return self.amount / self.seconds if self.seconds > 0 else 0.0


@dataclass(slots=True)
class NodeSamples:
    """What one node reported."""

    address: str
    gauges: dict[str, list[tuple[Labels, float]]] = field(default_factory=dict)
    """Last value of each series."""
    rates: dict[str, dict[tuple[str, str], float]] = field(default_factory=dict)
    """Growth per second by metric, then by device and mode."""
    gauge_steps: dict[int, dict[str, list[tuple[Labels, float]]]] = field(default_factory=dict)
    """Last value of each series in each step, by step and metric."""
    counter_steps: dict[int, dict[str, dict[tuple[str, str], Growth]]] = field(default_factory=dict)
    """Growth by step, metric, then by device and mode."""
    cores: int = 0
    newest_ms: int = 0

    @property
    def newest_at(self) -> datetime:
        """Time of its newest sample."""
        return moment_of(self.newest_ms * 1000)

    def gauge(self, metric: str) -> float:
        """A gauge without labels; 0 when it is missing."""
        return next((value for _, value in self.gauges.get(metric, ())), 0.0)

    def rate(self, metric: str, device: str = "", mode: str = "") -> float:
        """Growth of a counter per second; 0 when it is missing."""
        return self.rates.get(metric, {}).get((device, mode), 0.0)

    def labelled(self, metric: str, label: str) -> dict[str, float]:
        """Values of a gauge by one label."""
        return {labels.get(label, ""): value for labels, value in self.gauges.get(metric, ())}

    def devices(self, prefix: str) -> Iterator[str]:
        """Devices that any metric with this prefix names."""
        named = {device for metric, rates in self.rates.items() if metric.startswith(prefix) for device, _ in rates}
        for metric in self.gauges:
            if metric.startswith(prefix):
                named |= self.labelled(metric, "device").keys()
        return iter(sorted(named - {""}))


async def read_samples(store: TelemetryStore, window: TimeRange, grid: Grid | None = None) -> list[NodeSamples]:
    """Every node with a sample in the window, sorted by address; two statements, however many nodes there are.

    Args:
        store: where they are.
        window: what is wanted.
        grid: the same cut into steps, for the metrics that are wanted step by step as well.
    """
    homes = await node_homes(store, window)
    nodes: dict[str, NodeSamples] = {}
    bounds = {**(grid or Grid.whole(window)).parameters()}
    if homes.gauges is not None:
        stepwise = [] if grid is None else list(STEPWISE_GAUGES)
        bound = {**bounds, "names": [*GAUGE_NAMES, *VMSTAT_NAMES], "stepwise": stepwise}
        for row in await store.ask_at("list_node_gauges", homes.gauges, bound, operation=_OPERATION):
            _take_gauge(nodes.setdefault(row["node"], NodeSamples(row["node"])), row)
    if homes.counters is not None:
        stepwise = [] if grid is None else list(STEPWISE_COUNTERS)
        bound = {**bounds, "names": list(COUNTER_NAMES), "stepwise": stepwise}
        for row in await store.ask_at("list_node_counters", homes.counters, bound, operation=_OPERATION):
            _take_counter(nodes.setdefault(row["node"], NodeSamples(row["node"])), row)
    if not nodes:
        store.forget(_PRESENCE)
    return [nodes[address] for address in sorted(nodes)]


def _take_gauge(one: NodeSamples, row: Row) -> None:
    metric, labels = row["metric"], row["labels"]
    one.newest_ms = max(one.newest_ms, row["at_ms"])
    if metric in VMSTAT_NAMES:
        one.rates.setdefault(metric, {})["", ""] = row["rate"]
        return
    one.gauges.setdefault(metric, []).append((labels, row["value"]))
    for step, value in row["steps"]:
        one.gauge_steps.setdefault(step, {}).setdefault(metric, []).append((labels, value))


def _take_counter(one: NodeSamples, row: Row) -> None:
    metric, key = row["metric"], (row["device"], row["mode"])
    one.newest_ms = max(one.newest_ms, row["at_ms"])
    one.rates.setdefault(metric, {})[key] = row["rate"]
    if metric == CPU:
        one.cores = max(one.cores, row["series"])
    for step, amount, passed_ms in zip(*row["steps"], strict=True):
        growth = Growth(amount, passed_ms / _MS / row["series"])
        one.counter_steps.setdefault(step, {}).setdefault(metric, {})[key] = growth


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeHomes:
    """Where metrics of nodes are kept; None where there are none."""

    gauges: Home | None
    counters: Home | None


async def node_homes(store: TelemetryStore, window: TimeRange) -> NodeHomes:
    """Where gauges and counters of the nodes are."""
    homes = await store.homes(_PRESENCE, window)
    gauges = [home for home in homes if home.metric != CPU and home.table == GAUGES]
    counters = [home for home in homes if home.metric == CPU]
    # Jobs differ where several collectors share the work: all of them count.
    return NodeHomes(
        gauges=_joined(GAUGES, gauges or [home for home in homes if home.table == GAUGES]),
        counters=_joined(counters[0].table if counters else SUMS, counters),
    )


def _joined(table: str, homes: list[Home]) -> Home | None:
    here = [home for home in homes if home.table == table]
    if not here:
        return None
    return Home(here[0].metric, table, tuple(sorted({job for home in here for job in home.jobs})))
