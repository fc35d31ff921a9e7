"""Hardware of the nodes: every figure from rows whose truth is known."""

from datetime import datetime, timedelta

import pytest

from domain.otel.node_metrics import NodeMetrics
from tests.support.clickhouse_stores import real_store
from tests.support.telemetry_layouts import Database
from tests.support.telemetry_rows import Rows, Sample
from tests.support.telemetry_shop import NOW

STEP = 15
ALIVE, DEAD = "10.0.0.1", "10.0.0.9"


def times(until: datetime = NOW, seconds: int = 420) -> list[datetime]:
    return [until - timedelta(seconds=back) for back in range(seconds, 0, -STEP)]


def gauge(rows: Rows, name: str, value: float, *, address: str = ALIVE, until: datetime = NOW, **labels: str) -> None:
    rows.gauges += [
        Sample(at=at, metric=name, value=value, labels=labels, target=f"{address}:9100") for at in times(until)
    ]


def counter(
    rows: Rows,
    name: str,
    per_second: float,
    *,
    address: str = ALIVE,
    until: datetime = NOW,
    reboot: int = 0,
    **labels: str,
) -> None:
    """Grows evenly; with a reboot it begins again at 0 at that sample."""
    for number, at in enumerate(times(until)):
        since = number - reboot if reboot and number >= reboot else number + 1000
        value = per_second * since * STEP
        rows.sums.append(Sample(at=at, metric=name, value=value, labels=labels, target=f"{address}:9100"))


def full_node() -> Rows:
    rows = Rows()
    for name, value in {
        "node_load1": 1.5, "node_load5": 1.2, "node_load15": 0.9,
        "node_memory_MemTotal_bytes": 16e9, "node_memory_MemAvailable_bytes": 4e9, "node_memory_MemFree_bytes": 1e9,
        "node_memory_Cached_bytes": 3e9, "node_memory_Buffers_bytes": 2e8,
        "node_memory_SwapTotal_bytes": 2e9, "node_memory_SwapFree_bytes": 5e8,
        "node_netstat_Tcp_CurrEstab": 120, "node_sockstat_TCP_alloc": 90, "node_sockstat_TCP_inuse": 80,
        "node_sockstat_TCP_tw": 7, "node_sockstat_sockets_used": 300,
        "node_nf_conntrack_entries": 900, "node_nf_conntrack_entries_limit": 262144,
        "node_filefd_allocated": 3000, "node_filefd_maximum": 2.0**63, "node_entropy_available_bits": 256,
        "node_boot_time_seconds": NOW.timestamp() - 15 - 86_400,
    }.items():  # fmt: skip
        gauge(rows, name, value)
    gauge(rows, "node_uname_info", 1, release="6.8.0-85-generic", nodename="alpha")
    mounts = (("/dev/sda2", "/", "ext4"), ("/dev/nvme0n1p1", "/data", "xfs"), ("tmpfs", "/run", "tmpfs"))
    for device, mount, kind in mounts:
        gauge(rows, "node_filesystem_size_bytes", 1e11, device=device, mountpoint=mount, fstype=kind)
        gauge(rows, "node_filesystem_avail_bytes", 2.5e10, device=device, mountpoint=mount, fstype=kind)
    for number in (0, 1):
        sensor = f"temp{number}"
        gauge(rows, "node_hwmon_temp_celsius", 50.04 + 10 * number, chip="coretemp", sensor=sensor)
        gauge(rows, "node_hwmon_temp_max_celsius", 80 + number, chip="coretemp", sensor=sensor)
        gauge(rows, "node_hwmon_temp_crit_celsius", 100 + number, chip="coretemp", sensor=sensor)
        gauge(rows, "node_cpu_scaling_frequency_hertz", 2.4e9 + number, cpu=str(number))
    gauge(rows, "node_network_up", 1, device="eth0")
    gauge(rows, "node_network_speed_bytes", 1.25e8, device="eth0")
    gauge(rows, "node_network_mtu_bytes", 1500, device="eth0")
    _counters(rows)
    _odd_samples(rows)
    return rows


def _counters(rows: Rows) -> None:
    for core in "01":
        for mode, share in {"idle": 0.6, "user": 0.25, "system": 0.1, "iowait": 0.05}.items():
            counter(rows, "node_cpu_seconds_total", share, cpu=core, mode=mode, reboot=15)
        counter(rows, "node_softnet_dropped_total", 0.5, cpu=core)
        counter(rows, "node_softnet_times_squeezed_total", 0.25, cpu=core)
    for number, device in enumerate(("sda", "nvme0n1"), start=1):
        counter(rows, "node_disk_read_bytes_total", 1000.0 * number, device=device)
        counter(rows, "node_disk_written_bytes_total", 500.0 * number, device=device)
        counter(rows, "node_disk_reads_completed_total", 10.0 * number, device=device)
        counter(rows, "node_disk_writes_completed_total", 5.0 * number, device=device)
        counter(rows, "node_disk_io_time_seconds_total", 0.08 * number, device=device)
    for device in ("eth0", "lo"):
        for number, what in enumerate(("bytes", "packets", "errs", "drop"), start=1):
            counter(rows, f"node_network_receive_{what}_total", 100.0 * number, device=device)
            counter(rows, f"node_network_transmit_{what}_total", 200.0 * number, device=device)
    for number, what in enumerate(("cpu_waiting", "memory_waiting", "memory_stalled", "io_waiting", "io_stalled"), 1):
        counter(rows, f"node_pressure_{what}_seconds_total", 0.01 * number)
    for number, what in enumerate(("pgfault", "pgmajfault", "pswpin", "pswpout"), start=1):
        rows.gauges += [
            Sample(at=at, metric=f"node_vmstat_{what}", value=number * STEP * index + 7.0, target=f"{ALIVE}:9100")
            for index, at in enumerate(times())
        ]


def _odd_samples(rows: Rows) -> None:
    stale = {"value": 0.0, "flags": 1, "target": f"{ALIVE}:9100", "at": NOW - timedelta(seconds=3)}
    rows.gauges += [Sample(metric=name, **stale) for name in ("node_load1", "node_memory_MemAvailable_bytes")]  # type: ignore[arg-type]
    odd = {"at": NOW - timedelta(seconds=2), "target": f"{ALIVE}:9100"}
    rows.gauges += [Sample(metric="node_load5", value=float(text), **odd) for text in ("nan", "inf")]  # type: ignore[arg-type]
    ahead = {"at": NOW + timedelta(hours=1), "target": f"{ALIVE}:9100"}
    rows.gauges.append(Sample(metric="node_load15", value=99.0, **ahead))  # type: ignore[arg-type]
    died = NOW - timedelta(seconds=200)
    gauge(rows, "node_load1", 3, address=DEAD, until=died)
    counter(rows, "node_cpu_seconds_total", 0.5, address=DEAD, until=died, cpu="0", mode="idle")


async def nodes_of(database: Database) -> dict[str, NodeMetrics]:
    full_node().insert(database)
    async with real_store(database, NOW) as real:
        content = (await real.parts.nodes(300)).content
        scans = [name for name in real.log.names if name.startswith("list_node")]
        assert scans == ["list_node_gauges", "list_node_counters"]
    return {node.node_ip: node for node in content.nodes}


async def test_every_figure_of_a_node(database: Database) -> None:
    nodes = await nodes_of(database)
    node = nodes[ALIVE]
    cpu, memory = node.cpu, node.memory
    assert (cpu.usage_pct, cpu.user_pct, cpu.system_pct, cpu.iowait_pct) == pytest.approx((40, 25, 10, 5), abs=0.01)
    assert (cpu.load1, cpu.load5, cpu.load15) == (1.5, 1.2, 0.9)
    assert cpu.cores == 2
    assert cpu.freq_hz == (2.4e9, 2.4e9 + 1)
    assert (memory.total_bytes, memory.available_bytes) == (16_000_000_000, 4_000_000_000)
    assert (memory.usage_pct, memory.swap_usage_pct) == (75, 75)
    assert [(disk.mount_point, disk.read_bytes_per_sec, disk.write_iops, disk.io_util_pct) for disk in node.disks] == [
        ("/", 1000, 5, 8),
        ("/data", 2000, 10, 16),
    ]
    assert {disk.usage_pct for disk in node.disks} == {75}
    eth0, lo = node.networks
    assert (eth0.interface, eth0.up, eth0.speed_bits_per_sec, eth0.mtu) == ("eth0", True, 1_000_000_000, 1500)
    assert (eth0.rx_bytes_per_sec, eth0.tx_bytes_per_sec, eth0.rx_pkt_per_sec, eth0.tx_pkt_per_sec) == (
        100,
        200,
        200,
        400,
    )
    assert (eth0.rx_err_per_sec, eth0.tx_err_per_sec, eth0.rx_drop_per_sec, eth0.tx_drop_per_sec) == (
        300,
        600,
        400,
        800,
    )
    assert (lo.interface, lo.up) == ("lo", False)
    hot = node.temperature
    assert (hot.cpu_temp_c, hot.cpu_max_c, hot.cpu_crit_c) == (60, 81, 101)
    assert [sensor.current_c for sensor in hot.sensors] == [50, 60]
    psi = node.psi
    assert (psi.cpu_some_pct, psi.mem_some_pct, psi.mem_full_pct) == pytest.approx((1, 2, 3))
    assert (psi.io_some_pct, psi.io_full_pct) == pytest.approx((4, 5))
    tcp, system = node.tcp, node.system
    assert (tcp.curr_estab, tcp.alloc, tcp.in_use, tcp.time_wait, tcp.sockets_used) == (120, 90, 80, 7, 300)
    assert (system.conntrack_entries, system.conntrack_limit, system.filefd_allocated) == (900, 262144, 3000)
    assert (system.filefd_max, system.entropy_bits) == (2**63, 256)
    vmstat = node.vmstat
    assert (vmstat.pg_fault_per_sec, vmstat.pg_maj_fault_per_sec) == pytest.approx((1, 2))
    assert (vmstat.pswp_in_per_sec, vmstat.pswp_out_per_sec) == pytest.approx((3, 4))
    assert (node.softnet.dropped_per_sec, node.softnet.squeezed_per_sec) == (1, 0.5), "series first, then the cores"
    assert (node.kernel, node.uptime_seconds) == ("6.8.0-85-generic", 86_400)


async def test_a_dead_node_shows_by_the_age_of_its_newest_sample(database: Database) -> None:
    nodes = await nodes_of(database)
    assert nodes[DEAD].timestamp == NOW - timedelta(seconds=215)
    assert nodes[ALIVE].timestamp == NOW - timedelta(seconds=15)


async def test_nodes_minute_by_minute(database: Database) -> None:
    full_node().insert(database)
    async with real_store(database, NOW) as real:
        lines = {line.node_name: line for line in (await real.parts.series(3600)).content.nodes}
    points = lines[ALIVE].points
    assert [point.timestamp.second for point in points] == [0] * len(points)
    assert len(points) >= 6
    for point in points[1:]:
        assert (point.cpu_pct, point.user_pct, point.iowait_pct) == pytest.approx((40, 25, 5), abs=0.5)
        assert (point.mem_pct, point.swap_usage_pct, point.disk_pct) == (75, 75, 75)
        assert (point.disk_read_bytes_per_sec, point.disk_io_util_pct) == (1000, 8)
        assert (point.net_rx_bytes_per_sec, point.net_tx_pkt_per_sec) == (100, 400)
        assert (point.cpu_temp_c, point.tcp_estab, point.sockets_used) == (60, 120, 300)
        assert (point.cpu_some_pct, point.mem_some_pct, point.io_some_pct) == pytest.approx((1, 2, 4))
        assert (point.load1, point.load5, point.load15) == (1.5, 1.2, 0.9)
