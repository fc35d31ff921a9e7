"""SQL that makes samples of metrics inside the server: nodes, the ingress, a mesh.

In it on purpose: keys of maps in any order, replicas that differ in nothing but the resource, restarts in every window
with and without a new StartTimeUnix, a node that fell silent with a staleness marker, series born late, counters
without a type (stored as gauges), and 2^63. Values are functions of time, so equal arguments give equal rows.
"""

import math
from collections.abc import Iterator
from typing import Final

from synthetic_spans import MAP, NS, shuffled

NODE_STEP_S: Final = 15
INGRESS_STEP_S: Final = 10
MESH_STEP_S: Final = 30
REPLICAS: Final = 2
INGRESS_SERVICES: Final = 8
_TICKS_PER_INSERT: Final = {"node": 6000, "ingress": 1200, "mesh": 300}
_BOUNDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0)
_BOUNDS_MS: Final = (1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000, 3000, 10000)
_WORKLOADS: Final = ("gateway", "media", "auth", "history", "order", "payment", "search", "notification")
_REBOOT_BEFORE_END_S: Final = 130
_SILENT_BEFORE_END_S: Final = 140

Series = tuple[str, dict[str, str], float, float]
"""Name, labels, base (of gauges) or growth per second (of counters), amplitude."""


def node_gauges() -> Iterator[Series]:
    """Gauges of one node."""
    plain = ("load1", "load5", "load15", "netstat_Tcp_CurrEstab", "sockstat_TCP_alloc", "sockstat_TCP_inuse")
    for name in (*plain, "sockstat_TCP_tw", "sockstat_sockets_used", "nf_conntrack_entries", "filefd_allocated"):
        yield (f"node_{name}", {}, 90, 30)
    for name in ("MemTotal", "MemAvailable", "MemFree", "Cached", "Buffers", "SwapTotal", "SwapFree"):
        yield (f"node_memory_{name}_bytes", {}, 16e9 if name.endswith("Total") else 4e9, 1e8)
    for name, base in (
        ("entropy_available_bits", 256),
        ("nf_conntrack_entries_limit", 262144),
        ("filefd_maximum", 2.0**63),
    ):
        yield (f"node_{name}", {}, base, 0)
    for device, mount, kind in (("/dev/sda2", "/", "ext4"), ("/dev/sdb1", "/data", "xfs"), ("tmpfs", "/run", "tmpfs")):
        labels = {"device": device, "mountpoint": mount, "fstype": kind}
        yield ("node_filesystem_size_bytes", labels, 2e11, 0)
        yield ("node_filesystem_avail_bytes", labels, 8e10, 4e9)
    for sensor in ("temp1", "temp2"):
        yield ("node_hwmon_temp_celsius", {"chip": "coretemp", "sensor": sensor}, 50, 8)
    for device in ("eth0", "lo", "cni0", "veth0"):
        yield ("node_network_up", {"device": device}, 1, 0)
        yield ("node_network_mtu_bytes", {"device": device}, 1500, 0)
    yield ("node_uname_info", {"release": "6.8.0", "machine": "x86_64", "nodename": "node"}, 1, 0)


def node_counters() -> Iterator[Series]:
    """Counters of one node."""
    shares = {"idle": 0.72, "user": 0.15, "system": 0.07, "iowait": 0.03, "irq": 0.01, "softirq": 0.01, "steal": 0.01}
    for core in range(4):
        for mode, share in shares.items():
            yield ("node_cpu_seconds_total", {"cpu": str(core), "mode": mode}, share, 0)
        yield ("node_softnet_dropped_total", {"cpu": str(core)}, 0.001, 0)
        yield ("node_softnet_times_squeezed_total", {"cpu": str(core)}, 0.02, 0)
    for device, scale in (("eth0", 2e6), ("lo", 3e5), ("cni0", 4e4), ("veth0", 4e4)):
        for way in ("receive", "transmit"):
            for what, share in (("bytes", 1.0), ("packets", 1e-3), ("errs", 1e-9), ("drop", 1e-7)):
                yield (f"node_network_{way}_{what}_total", {"device": device}, scale * share, 0)
    for device in ("sda", "sdb"):
        for name, speed in (
            ("read_bytes", 2e5),
            ("written_bytes", 8e5),
            ("reads_completed", 12),
            ("writes_completed", 40),
        ):
            yield (f"node_disk_{name}_total", {"device": device}, speed, 0)
        yield ("node_disk_io_time_seconds_total", {"device": device}, 0.08, 0)
    for name in ("cpu_waiting", "memory_waiting", "memory_stalled", "io_waiting", "io_stalled"):
        yield (f"node_pressure_{name}_seconds_total", {}, 0.03, 0)


def vmstat() -> Iterator[Series]:
    """Counters that come without a type."""
    for name, speed in (("pgfault", 900.0), ("pgmajfault", 1.5), ("pswpin", 0.2), ("pswpout", 0.3)):
        yield (f"node_vmstat_{name}", {}, speed, 0)


def ingress_series() -> Iterator[Series]:
    """Counters of one replica of the ingress; the 5xx ones are born late."""
    for service in range(INGRESS_SERVICES):
        for code, code_share in (("200", 0.9), ("304", 0.05), ("404", 0.03), ("500", 0.012), ("502", 0.003)):
            for method, share in (("GET", 0.7), ("POST", 0.28), ("PUT", 0.02)):
                labels = {
                    "service": f"shop-svc{service}-80@kubernetes",
                    "code": code,
                    "method": method,
                    "protocol": "http",
                }
                yield ("", labels, 12 / (1 + service) * code_share * share, 0.01 * (1 + service % 5))


def mesh_series() -> Iterator[Series]:
    """Counters of one pod of each workload, stored as gauges as the mesh's proxies expose them."""
    for number, name in enumerate(_WORKLOADS):
        for code, share in (("200", 0.985), ("500", 0.015)):
            tls = "true" if number % 3 else "no_identity"
            base = {"deployment": name, "namespace": "shop", "status_code": code, "tls": tls, "srv_name": "all"}
            speed, inbound = (20 - number) * share, {**base, "direction": "inbound"}
            yield ("response_total", inbound, speed, 1)
            for bound in (*_BOUNDS_MS, math.inf):
                label = "+Inf" if math.isinf(bound) else str(bound)
                yield ("response_latency_ms_bucket", {**inbound, "le": label}, speed, 1 - math.exp(-bound / 16))
            target = _WORKLOADS[(number + 1) % len(_WORKLOADS)]
            outbound = {"direction": "outbound", "dst_deployment": target, "dst_namespace": "shop"}
            yield ("response_total", {**base, **outbound}, speed / 2, 1)


SERIES: Final = {
    "gauges": node_gauges,
    "counters": node_counters,
    "vmstat": vmstat,
    "ingress": ingress_series,
    "mesh": mesh_series,
}


def series_table() -> Iterator[str]:
    """All series as a table that rows are joined with."""
    yield (
        f"CREATE TABLE series (kind String, id UInt32, metric String, labels {MAP}, speed Float64, extra Float64) "
        "ENGINE = Memory"
    )
    for kind, series in SERIES.items():
        rows = ", ".join(
            f"('{kind}', {number}, '{metric}', {labels}, {speed}, {extra})"
            for number, (metric, labels, speed, extra) in enumerate(series())
        )
        yield f"INSERT INTO series VALUES {rows}"


def node_samples(start_s: int, seconds: int, nodes: int) -> Iterator[str]:
    """Statements that insert what the nodes report; one reboots without a new start, one falls silent."""
    reboot_s, silent_s = seconds - _REBOOT_BEFORE_END_S, seconds - _SILENT_BEFORE_END_S
    for first, count in _ticks(seconds // NODE_STEP_S, _TICKS_PER_INSERT["node"] // nodes):
        source = f"""WITH number * {NODE_STEP_S} AS t, cityHash64(number, id, node) AS h,
            if(node = 2 AND t >= {reboot_s}, t - {reboot_s}, t + 90000) AS up,
            node = {nodes - 1} AND t >= {silent_s} AS stale, speed * (up + 20 * sin(up / 50 + id)) AS grown
            SELECT metric, {shuffled("labels", "h")} AS attributes,
              {
            shuffled(_target("concat('10.0.', toString(intDiv(node, 200)), '.', toString(10 + node % 200))", 9100), "h")
        }
                AS resource,
              fromUnixTimestamp64Nano(toInt64({start_s * NS} + (t * {NS}) + (node % 10) * 1300000000 + 224000000))
                AS at,
              fromUnixTimestamp64Nano({start_s * NS}) AS began, stale, grown,
              speed + extra * sin(number / 240 + id) AS level, kind
            FROM (SELECT number FROM numbers({first}, {count})) AS ticks
            CROSS JOIN (SELECT toUInt16(number) AS node FROM numbers({nodes})) AS nodes
            CROSS JOIN series
            WHERE NOT (node = {nodes - 1} AND t >= {silent_s + NODE_STEP_S})"""
        yield _points(
            "gauge", "if(kind = 'gauges', level, floor(5000 + grown))", f"{source} AND kind IN ('gauges', 'vmstat')"
        )
        yield _points("sum", "1000 + grown", f"{source} AND kind = 'counters'")


def ingress_samples(start_s: int, seconds: int) -> Iterator[str]:
    """Statements that insert what the ingress reports; its replicas restart three times, with a new start."""
    shares = [1 - math.exp(-bound / 0.03) for bound in _BOUNDS]
    widths = [high - low for low, high in zip((0.0, *shares), (*shares, 1.0), strict=True)]
    for first, count in _ticks(seconds // INGRESS_STEP_S, _TICKS_PER_INSERT["ingress"]):
        source = f"""WITH number * {INGRESS_STEP_S} AS t, cityHash64(number, id, replica) AS h,
            arrayFilter(x -> x <= t, [0, intDiv({seconds}, 2), {seconds} - 1500, {seconds} - 100 - replica *
              40])[-1] AS s,
            t - s AS up, floor(speed * (up + 20 * sin(up / 50 + id)) + 20 * speed) AS grown,
            arrayMap(x -> toUInt64(floor(grown * x)), {widths}) AS counts
            SELECT {shuffled("labels", "h")} AS attributes,
              {shuffled(_target("concat('10.42.', toString(replica), '.21')", 9100), "h")} AS resource,
              fromUnixTimestamp64Nano(toInt64({start_s * NS} + t * {NS} + replica * 3100000000)) AS at,
              fromUnixTimestamp64Nano(toInt64({start_s * NS} + s * {NS})) AS began, 0 AS stale, grown, counts, extra
            FROM (SELECT number FROM numbers({first}, {count})) AS ticks
            CROSS JOIN (SELECT number AS replica FROM numbers({REPLICAS})) AS replicas
            CROSS JOIN series
            WHERE kind = 'ingress' AND (grown > 0 OR NOT startsWith(labels['code'], '5'))"""
        yield _points("sum", "grown", source, metric="'traefik_service_requests_total'")
        yield f"""INSERT INTO otel_metrics_histogram (ResourceAttributes, MetricName, Attributes, StartTimeUnix,
          TimeUnix,
            Count, Sum, BucketCounts, ExplicitBounds)
            SELECT resource, 'traefik_service_request_duration_seconds', attributes, began, at,
              arraySum(counts), grown * extra, counts, {list(_BOUNDS)} FROM ({source})"""


def mesh_samples(start_s: int, seconds: int) -> Iterator[str]:
    """Statements that insert what two pods of each workload report; each restarts once, at a time of its own."""
    pod = "mapUpdate(labels, map('pod', concat(labels['deployment'], '-', toString(pod))))"
    for first, count in _ticks(seconds // MESH_STEP_S, _TICKS_PER_INSERT["mesh"]):
        source = f"""WITH number * {MESH_STEP_S} AS t, cityHash64(number, id, pod) AS h,
            {seconds} - 60 - cityHash64(labels['deployment'], pod) % 3000 AS restart,
            if(t >= restart, t - restart, t + 50000) AS up,
            floor(floor(speed * (up + 20 * sin(up / 50 + pod))) * extra) AS grown
            SELECT metric, {shuffled(pod, "h")} AS attributes,
              {shuffled("map('service.name', 'linkerd-prometheus')", "h")} AS resource,
              fromUnixTimestamp64Nano(toInt64({start_s * NS} + t * {NS} + 500000000)) AS at,
              toDateTime64(0, 9) AS began, 0 AS stale, grown
            FROM (SELECT number FROM numbers({first}, {count})) AS ticks
            CROSS JOIN (SELECT number AS pod FROM numbers(2)) AS pods
            CROSS JOIN series
            WHERE kind = 'mesh'"""
        yield _points("gauge", "grown", source)


def _points(table: str, value: str, source: str, metric: str = "metric") -> str:
    counter = (", AggTemp, IsMonotonic", ", 2, true") if table == "sum" else ("", "")
    return f"""INSERT INTO otel_metrics_{table} (ResourceAttributes, MetricName, Attributes, StartTimeUnix, TimeUnix,
        Value, Flags{counter[0]})
        SELECT resource, {metric}, attributes, began, at, if(stale, 0, {value}), toUInt32(stale){counter[1]} FROM
          ({source})"""


def _target(host: str, port: int) -> str:
    instance = f"concat({host}, ':{port}')"
    return f"map('net.host.name', {host}, 'service.instance.id', {instance}, 'http.scheme', 'http')"


def _ticks(total: int, size: int) -> Iterator[tuple[int, int]]:
    for first in range(0, total, max(1, size)):
        yield first, min(max(1, size), total - first)
