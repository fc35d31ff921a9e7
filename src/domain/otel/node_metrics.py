"""Hardware of the nodes, as node_exporter saw it.

Not to be mixed with the usage that metrics-server reports (`domain.cluster.usage`). `_pct` is a percentage (0..100).
Source: wire contract 3.5.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeCpu:
    """Processor time as shares of all cores, and the load."""

    usage_pct: float
    user_pct: float
    system_pct: float
    iowait_pct: float
    load1: float
    load5: float
    load15: float
    cores: int
    freq_hz: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeMemory:
    """Memory and swap."""

    total_bytes: int
    available_bytes: int
    free_bytes: int
    cached_bytes: int
    buffers_bytes: int
    usage_pct: float
    """(1 - available / total) x 100."""
    swap_total_bytes: int
    swap_free_bytes: int
    swap_usage_pct: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeDisk:
    """One mounted file system with the traffic of the disk below it."""

    device: str
    mount_point: str
    fs_type: str
    total_bytes: int
    avail_bytes: int
    usage_pct: float
    read_bytes_per_sec: float
    write_bytes_per_sec: float
    read_iops: float
    write_iops: float
    io_util_pct: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeNetwork:
    """One network interface."""

    interface: str
    up: bool
    speed_bits_per_sec: int
    """0 when the interface does not say; bits, although its neighbours count bytes."""
    mtu: int
    rx_bytes_per_sec: float
    tx_bytes_per_sec: float
    rx_pkt_per_sec: float
    tx_pkt_per_sec: float
    rx_err_per_sec: float
    tx_err_per_sec: float
    rx_drop_per_sec: float
    tx_drop_per_sec: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TempSensor:
    """One temperature sensor, in degrees Celsius."""

    chip: str
    sensor: str
    current_c: float
    max_c: float
    """0 when unknown."""
    crit_c: float
    """0 when unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeTemperature:
    """The hottest sensor, and all of them sorted by chip and name."""

    cpu_temp_c: float
    cpu_max_c: float
    cpu_crit_c: float
    sensors: tuple[TempSensor, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePsi:
    """Pressure stall: share of time in which something, or everything, waited."""

    cpu_some_pct: float
    mem_some_pct: float
    mem_full_pct: float
    io_some_pct: float
    io_full_pct: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeTcp:
    """Sockets."""

    curr_estab: int
    alloc: int
    in_use: int
    time_wait: int
    sockets_used: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSystem:
    """Limits of the kernel and how far they are used."""

    conntrack_entries: int
    conntrack_limit: int
    filefd_allocated: int
    filefd_max: int
    """Often the float 2^63 at its source, one above what the Master takes; whoever encodes it clamps it."""
    entropy_bits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeVmstat:
    """Paging and swapping."""

    pg_fault_per_sec: float
    pg_maj_fault_per_sec: float
    pswp_in_per_sec: float
    pswp_out_per_sec: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSoftnet:
    """Packets the kernel had trouble with, added up over the cores."""

    dropped_per_sec: float
    squeezed_per_sec: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeMetrics:
    """Everything about one node at one moment."""

    node_name: str
    """The cluster's name of the node, or the address it reports from while that cannot be named."""
    node_ip: str
    """The address it reports from; not always an IP."""
    timestamp: datetime
    """Its newest sample: an old one is how a dead node shows."""
    cpu: NodeCpu
    memory: NodeMemory
    disks: tuple[NodeDisk, ...]
    """One row per mount, sorted by mount point."""
    networks: tuple[NodeNetwork, ...]
    """Sorted by interface."""
    temperature: NodeTemperature
    psi: NodePsi
    tcp: NodeTcp
    system: NodeSystem
    vmstat: NodeVmstat
    softnet: NodeSoftnet
    kernel: str = ""
    uptime_seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeMetricsSummary:
    """All nodes together; averages are unweighted means over the nodes that are online."""

    total_nodes: int
    online_nodes: int
    avg_cpu_pct: float
    avg_mem_pct: float
    max_cpu_pct: float
    max_mem_pct: float
    max_cpu_temp_c: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeMetricsPoint:
    """A node in one minute: its primary disk (mount `/`, else the first), its interfaces that are up without `lo`."""

    timestamp: datetime
    """Start of the minute."""
    cpu_pct: float
    user_pct: float
    system_pct: float
    iowait_pct: float
    load1: float
    load5: float
    load15: float
    mem_pct: float
    swap_usage_pct: float
    disk_pct: float
    disk_read_bytes_per_sec: float
    disk_write_bytes_per_sec: float
    disk_io_util_pct: float
    net_rx_bytes_per_sec: float
    net_tx_bytes_per_sec: float
    net_rx_pkt_per_sec: float
    net_tx_pkt_per_sec: float
    cpu_temp_c: float
    cpu_some_pct: float
    mem_some_pct: float
    io_some_pct: float
    tcp_estab: int
    sockets_used: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeMetricsTimeSeries:
    """A node minute by minute, ascending."""

    node_name: str
    """As in `NodeMetrics`."""
    points: tuple[NodeMetricsPoint, ...]
