"""What node_exporter tells about the machines below the cluster."""

import math
from collections.abc import Iterator
from typing import Final

from adapters.embedded.sample_telemetry.courses import Lives, Load
from adapters.embedded.sample_telemetry.plan import MachinePlan, SamplePlan
from adapters.embedded.sample_telemetry.series import Counter, Course, Gauge, Source

_GIB: Final = 1024.0**3
_DAY_SECONDS: Final = 86_400.0
_REBOOTED: Final = 2
"""Which machine was started again shortly before the demo."""
_REBOOT_BEFORE_SECONDS: Final = 50 * 60.0
_MODES: Final = (("user", 0.66), ("system", 0.25), ("iowait", 0.06), ("softirq", 0.03))
"""Shares of the busy time."""
_DISKS: Final = (
    ("nvme0n1", "/dev/nvme0n1p2", "/", 120.0, 0.36),
    ("nvme1n1", "/dev/nvme1n1", "/var/lib/data", 400.0, 0.55),
)
"""Disk, partition, where it is mounted, size in GiB, share in use."""
_SCALED: Final = {
    # counter: growth per second at rest, and for one core that is busy
    "node_pressure_cpu_waiting_seconds_total": (0.002, 0.02),
    "node_pressure_memory_waiting_seconds_total": (0.0005, 0.001),
    "node_pressure_memory_stalled_seconds_total": (0.0001, 0.0002),
    "node_pressure_io_waiting_seconds_total": (0.002, 0.006),
    "node_pressure_io_stalled_seconds_total": (0.001, 0.002),
    "node_softnet_dropped_total": (0.0, 0.001),
    "node_softnet_times_squeezed_total": (0.01, 0.05),
}
_PAGING: Final = {
    "node_vmstat_pgfault": (900.0, 2100.0),
    "node_vmstat_pgmajfault": (0.1, 0.4),
    "node_vmstat_pswpin": (0.0, 0.0),
    "node_vmstat_pswpout": (0.0, 0.0),
}
"""Counters that the exporter leaves untyped, so that the collector stores them as gauges."""
_TRAFFIC: Final = {
    "bytes": (60_000.0, 1_300_000.0),
    "packets": (90.0, 1100.0),
    "errs": (0.0, 0.0),
    "drop": (0.001, 0.004),
}


def machine_series(plan: SamplePlan) -> tuple[list[Gauge], list[Counter]]:
    """All series of all machines."""
    gauges: list[Gauge] = []
    counters: list[Counter] = []
    for number, machine in enumerate(plan.machines):
        one = _Machine(plan, machine, number)
        gauges += one.gauges()
        counters += one.counters()
    return gauges, counters


class _Machine:
    """One machine; how busy it is decides everything else."""

    def __init__(self, plan: SamplePlan, machine: MachinePlan, number: int) -> None:
        is_rebooted = number == _REBOOTED
        before = _REBOOT_BEFORE_SECONDS if is_rebooted else (3.7 + 5.3 * number) * _DAY_SECONDS
        self._machine = machine
        self._load = Load(low_ratio=0.1 + 0.04 * number, phase=1.1 * number)
        self._source = Source(
            job="node-exporter",
            target=f"{machine.address}:9100",
            lives=Lives(anchor_seconds=plan.began_seconds - before, every_seconds=90 * _DAY_SECONDS),
        )

    def gauges(self) -> Iterator[Gauge]:
        for metric, course in self._levels().items():
            yield Gauge(self._source, metric, course, {})
        for core in range(self._machine.cores):
            yield self._fixed("node_cpu_scaling_frequency_hertz", 2.9e9, cpu=str(core))
        for _, device, mount, gib, used in _DISKS:
            labels = {"device": device, "fstype": "ext4", "mountpoint": mount}
            yield self._fixed("node_filesystem_size_bytes", gib * _GIB, **labels)
            yield Gauge(self._source, "node_filesystem_avail_bytes", self._available(gib * _GIB, used), labels)
        for device, speed, mtu in (("eth0", 1.25e9, 1500.0), ("lo", 0.0, 65536.0)):
            yield self._fixed("node_network_up", 1.0, device=device)
            yield self._fixed("node_network_speed_bytes", speed, device=device)
            yield self._fixed("node_network_mtu_bytes", mtu, device=device)
        for chip, sensor, rest, rise in (
            ("platform_coretemp_0", "temp1", 38.0, 36.0),
            ("nvme_nvme0", "temp1", 33.0, 14.0),
        ):
            labels = {"chip": chip, "sensor": sensor}
            yield Gauge(self._source, "node_hwmon_temp_celsius", self._rising(rest, rise), labels)
            yield self._fixed("node_hwmon_temp_max_celsius", 85.0, **labels)
            yield self._fixed("node_hwmon_temp_crit_celsius", 100.0, **labels)
        for metric, (rest, busy) in _PAGING.items():
            yield Gauge(self._source, metric, self._since_boot(self._grown(rest, busy)), {})
        yield self._fixed("node_uname_info", 1.0, machine="x86_64", release="6.8.0-49-generic", sysname="Linux")

    def counters(self) -> Iterator[Counter]:
        for core in range(self._machine.cores):
            labels = {"cpu": str(core)}
            for mode, share in _MODES:
                yield self._seconds("node_cpu_seconds_total", self._busy(share), mode=mode, **labels)
            yield self._seconds("node_cpu_seconds_total", self._idle, mode="idle", **labels)
        for metric, (rest, busy) in _SCALED.items():
            yield self._seconds(metric, self._grown(rest, busy))
        for number, (disk, *_) in enumerate(_DISKS, start=1):
            for what, rest, busy in (
                ("read_bytes", 40_000.0, 900_000.0),
                ("written_bytes", 160_000.0, 1_700_000.0),
                ("reads_completed", 3.0, 40.0),
                ("writes_completed", 12.0, 110.0),
                ("io_time_seconds", 0.01, 0.03),
            ):
                yield self._seconds(f"node_disk_{what}_total", self._grown(rest * number, busy * number), device=disk)
        for device, scale in (("eth0", 1.0), ("lo", 0.07)):
            for what, (rest, busy) in _TRAFFIC.items():
                for direction, share in (("receive", 1.0), ("transmit", 0.8)):
                    course = self._grown(rest * scale * share, busy * scale * share)
                    yield Counter(self._source, f"node_network_{direction}_{what}_total", course, {"device": device})

    def _levels(self) -> dict[str, Course]:
        """Gauges without labels."""
        cores, memory = float(self._machine.cores), float(self._machine.memory_bytes)
        lives = self._source.lives
        return {
            "node_load1": self._rising(0.05, cores * 1.05),
            "node_load5": self._rising(0.05, cores),
            "node_load15": self._rising(0.1, cores * 0.95),
            "node_memory_MemTotal_bytes": lambda _: memory,
            "node_memory_MemAvailable_bytes": self._rising(0.68 * memory, -0.45 * memory),
            "node_memory_MemFree_bytes": self._rising(0.3 * memory, -0.25 * memory),
            "node_memory_Cached_bytes": lambda _: 0.31 * memory,
            "node_memory_Buffers_bytes": lambda _: 0.03 * memory,
            "node_memory_SwapTotal_bytes": lambda _: 0.0,
            "node_memory_SwapFree_bytes": lambda _: 0.0,
            "node_netstat_Tcp_CurrEstab": self._whole(self._rising(180.0, 420.0)),
            "node_sockstat_TCP_alloc": self._whole(self._rising(260.0, 480.0)),
            "node_sockstat_TCP_inuse": self._whole(self._rising(150.0, 300.0)),
            "node_sockstat_TCP_tw": self._whole(self._rising(30.0, 200.0)),
            "node_sockstat_sockets_used": self._whole(self._rising(900.0, 700.0)),
            "node_nf_conntrack_entries": self._whole(self._rising(2400.0, 9000.0)),
            "node_nf_conntrack_entries_limit": lambda _: 262_144.0,
            "node_filefd_allocated": self._whole(self._rising(3200.0, 2600.0)),
            "node_filefd_maximum": lambda _: 2.0**63,
            "node_entropy_available_bits": lambda _: 256.0,
            "node_boot_time_seconds": lives.started,
        }

    def _fixed(self, metric: str, value: float, **labels: str) -> Gauge:
        return Gauge(self._source, metric, lambda _: value, labels)

    def _seconds(self, metric: str, course: Course, **labels: str) -> Counter:
        return Counter(self._source, metric, course, labels, is_whole=False)

    def _rising(self, rest: float, rise: float) -> Course:
        return lambda at: rest + rise * self._load.ratio(at)

    def _whole(self, course: Course) -> Course:
        return lambda at: float(math.floor(course(at)))

    def _available(self, size: float, used: float) -> Course:
        """What fills up over a day, and is cleaned then."""
        return lambda at: size * (1.0 - used - 0.08 * (at % _DAY_SECONDS) / _DAY_SECONDS)

    def _busy(self, share: float) -> Course:
        return lambda at: share * self._load.busy_seconds(at)

    def _idle(self, at: float) -> float:
        return at - self._load.busy_seconds(at)

    def _grown(self, rest: float, busy: float) -> Course:
        cores = self._machine.cores
        return lambda at: rest * at + busy * cores * self._load.busy_seconds(at)

    def _since_boot(self, course: Course) -> Course:
        return lambda at: float(int(course(at) - course(self._source.lives.started(at))))
