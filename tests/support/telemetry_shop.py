"""A small shop's telemetry as rows, enough of everything that the OTel summary is made of, at a fixed time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from tests.support.telemetry_rows import Histogram, Log, Rows, Sample, Span

NOW: Final = datetime(2026, 1, 1, 12, 0, 30, tzinfo=UTC)
ADDRESSES: Final = ("10.0.0.2", "10.0.0.1", "10.0.0.3")
_SCRAPE_SECONDS: Final = 15
_SHORT_SECONDS: Final = 4500
_DAYS: Final = 61


def shop_rows(now: datetime = NOW, seconds: int = _SHORT_SECONDS) -> Rows:
    """Everything, as it is at some time; this much of what comes every few seconds."""
    rows = Rows()
    for number, at in enumerate(_times(now, seconds, 4, offset_seconds=2)):
        _trace(rows, number, at)
    for number, at in enumerate(_times(now, seconds, _SCRAPE_SECONDS, offset_seconds=1)):
        for address in ADDRESSES:
            _node(rows, address, number, at)
        _mesh(rows, number, at)
    for number, at in enumerate(_ingress_times(now, seconds)):
        _ingress(rows, number, at)
    return rows


def _times(now: datetime, seconds: int, step_seconds: int, *, offset_seconds: int) -> Iterator[datetime]:
    """Ascending, up to just before now."""
    for back in range(seconds, 0, -step_seconds):
        yield now - timedelta(seconds=back - offset_seconds)


def _ingress_times(now: datetime, seconds: int) -> Iterator[datetime]:
    """As often as each long window has steps, and every quarter of a minute for the last hour."""
    yield from (now - timedelta(days=days, minutes=-7) for days in range(_DAYS, 15, -1))
    yield from (now - timedelta(hours=hours, minutes=-7) for hours in range(15 * 24, 50, -6))
    yield from (now - timedelta(hours=hours, minutes=-7) for hours in range(49, 1, -1))
    yield from _times(now, seconds, _SCRAPE_SECONDS, offset_seconds=1)


def _trace(rows: Rows, number: int, at: datetime) -> None:
    ids = [f"{number:08x}{part:08x}" for part in range(6)]
    trace = f"{number:032x}"
    failed = number % 10 == 0
    exception = (at, "exception", {"exception.type": "TimeoutError", "exception.message": "too late"})
    resource = {"service.namespace": "shop", "deployment.environment": "test"}

    def span(part: int, parent: int | None, kind: str, service: str, name: str, ms: float, **peer: str) -> None:
        rows.spans.append(
            Span(
                at=at + timedelta(milliseconds=part),
                trace=trace,
                id=ids[part],
                parent="" if parent is None else ids[parent],
                kind=kind,
                service=service,
                name=name,
                ms=ms,
                status="Error" if failed and part == 2 else "Unset",
                events=(exception,) if failed and part == 2 else (),
                attributes={key.replace("_", "."): value for key, value in peer.items()},
                resource=resource,
            )
        )

    span(0, None, "Server", "web", "GET /" if number % 3 else "POST /checkout", 50 + number % 40)
    span(1, 0, "Client", "web", "GET", 40, server_address="api")
    span(2, 1, "Server", "api", "GET /items", 30 + number % 7)
    span(3, 2, "Client", "api", "SELECT", 5, db_system="postgresql", db_name="shop")
    span(4, 2, "Client", "api", "POST", 12, server_address="pay.example")
    severity, severity_number = ("ERROR", 17) if failed else ("INFO", 9)
    for service in ("web", "api"):
        rows.logs.append(Log(at=at, service=service, severity=severity, number=severity_number, trace=trace))


def _node(rows: Rows, address: str, number: int, at: datetime) -> None:
    target = f"{address}:9100"
    gauges = {
        "node_load1": 1.5,
        "node_load5": 1.2,
        "node_load15": 1.1,
        "node_memory_MemTotal_bytes": 16e9,
        "node_memory_MemAvailable_bytes": 9e9 + number * 1e6,
        "node_memory_MemFree_bytes": 2e9,
        "node_filefd_maximum": 2.0**63,
        "node_boot_time_seconds": at.timestamp() - 15 * number - 5000,
    }
    rows.gauges += [Sample(at=at, metric=name, value=value, target=target) for name, value in gauges.items()]
    disk = {"device": "/dev/sda2", "mountpoint": "/", "fstype": "ext4"}
    for name, value in (("node_filesystem_size_bytes", 1e11), ("node_filesystem_avail_bytes", 4e10)):
        rows.gauges.append(Sample(at=at, metric=name, value=value, labels=disk, target=target))
    for sensor in ("temp1", "temp2"):
        labels = {"chip": "cpu", "sensor": sensor}
        rows.gauges.append(Sample(at=at, metric="node_hwmon_temp_celsius", value=50, labels=labels, target=target))
    for cpu in ("0", "1"):
        for mode, share in (("idle", 0.7), ("user", 0.2), ("system", 0.1)):
            value = share * number * _SCRAPE_SECONDS
            labels = {"cpu": cpu, "mode": mode}
            rows.sums.append(Sample(at=at, metric="node_cpu_seconds_total", value=value, labels=labels, target=target))
    for device in ("eth0", "lo"):
        name, value = "node_network_receive_bytes_total", 1000.0 * number
        rows.sums.append(Sample(at=at, metric=name, value=value, labels={"device": device}, target=target))


def _mesh(rows: Rows, number: int, at: datetime) -> None:
    for workload, peer in (("web", "api"), ("api", "db")):
        for code, share in (("200", 10), ("500", 1)):
            labels = {"workload": workload, "namespace": "shop", "status_code": code, "mtls": "true", "pod": workload}
            inbound = {**labels, "direction": "inbound"}
            outbound = {**labels, "direction": "outbound", "dst_workload": peer, "dst_namespace": "shop"}
            for one in (inbound, outbound):
                name, value = "mesh_request_total", float(share * number)
                rows.sums.append(Sample(at=at, metric=name, value=value, labels=one, job="mesh", target="10.42.3.1:1"))


def _ingress(rows: Rows, number: int, at: datetime) -> None:
    for service in ("shop-api-80@kubernetes", "shop-web-80@kubernetes"):
        for code, share in (("200", 20), ("404", 3), ("503", 1)):
            for method, factor in (("GET", 3), ("POST", 1)):
                labels = {"service": service, "code": code, "method": method, "protocol": "http"}
                requests = share * factor * number
                rows.sums.append(
                    Sample(
                        at=at,
                        metric="traefik_service_requests_total",
                        value=float(requests),
                        labels=labels,
                        job="traefik",
                        target="10.42.0.1:9100",
                    )
                )
                rows.histograms.append(
                    Histogram(
                        at=at,
                        metric="traefik_service_request_duration_seconds",
                        bounds=(0.1, 0.5, 1.0),
                        counts=(requests // 2, requests - requests // 2, 0, 0),
                        sum=requests * 0.1,
                        labels=labels,
                    )
                )
