"""Service levels in the mesh: either source gives the same figures, and both at once are not added."""

import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.otel.parts import SloWindow
from tests.support.clickhouse_stores import real_store
from tests.support.counter_oracle import a_counter, increases
from tests.support.telemetry_layouts import Database
from tests.support.telemetry_rows import Rows, Sample
from tests.support.telemetry_shop import NOW

END = NOW - timedelta(seconds=10)
PEERS = {"web": "api", "api": "db"}
BOUNDS = ("10", "100", "1000", "+Inf")


def every(step_seconds: int, since: timedelta) -> list[datetime]:
    step = timedelta(seconds=step_seconds)
    return [NOW - since + number * step for number in range(int(since / step))]


def neutral(times: list[datetime]) -> list[Sample]:
    """Two pods a workload that restart at times of their own, some without a new start time."""
    chance, samples = random.Random(7), list[Sample]()
    for workload, peer in PEERS.items():
        for pod in ("a", "b"):
            for code in ("200", "503"):
                for direction in ("inbound", "outbound"):
                    labels = {
                        "workload": workload,
                        "namespace": "shop",
                        "direction": direction,
                        "status_code": code,
                        "mtls": "true" if workload == "web" else "false",
                        "pod": f"{workload}-{pod}",
                    }
                    if direction == "outbound":
                        labels |= {"dst_workload": peer, "dst_namespace": "shop"}
                    samples += a_counter(
                        chance,
                        metric="mesh_request_total",
                        labels=labels,
                        target=f"10.42.3.{len(samples) % 200}:15020",
                        job="mesh-proxies",
                        times=times,
                        resets=chance.choice((0, 1, 2)),
                        moves_start=pod == "a",
                    )
    return samples


def linkerd(samples: list[Sample]) -> list[Sample]:
    """The same requests under Linkerd's names, scraped through one Prometheus that hides the targets."""
    renamed = {"workload": "deployment", "dst_workload": "dst_deployment", "mtls": "tls"}
    return [
        Sample(
            at=one.at,
            metric="response_total",
            value=one.value,
            labels={renamed.get(name, name): value for name, value in one.labels.items()},
            target="",
            job="linkerd-prometheus",
        )
        for one in samples
    ]


def latencies(times: list[datetime]) -> list[Sample]:
    samples = []
    for workload in PEERS:
        for number, le in enumerate(BOUNDS, start=1):
            labels = {"deployment": workload, "namespace": "shop", "direction": "inbound", "le": le, "tls": "true"}
            samples += [
                Sample(
                    at=at,
                    metric="response_latency_ms_bucket",
                    value=float(number * step * 10 if number < 4 else 30 * step),
                    labels=labels,
                    target="",
                    job="linkerd-prometheus",
                )
                for step, at in enumerate(times)
            ]
    return samples


def totals(samples: list[Sample], direction: str, start_at: datetime, lookback: int) -> Counter[Any]:
    def key(labels: dict[str, str]) -> Any:
        return (labels["workload"], labels["status_code"]) if labels["direction"] == direction else None

    found: Counter[Any] = Counter()
    for (workload_and_code, _), value in increases(
        samples, key, start_at=start_at, end_at=END, lookback=timedelta(seconds=lookback)
    ).items():
        found[workload_and_code] += round(value)
    del found[None]
    return found


@pytest.mark.parametrize("sources", ["neutral", "linkerd", "both"])
async def test_services_and_edges_are_exact_and_never_counted_twice(database: Database, sources: str) -> None:
    samples = neutral(every(15, timedelta(minutes=9)))
    rows = Rows(gauges=latencies(every(15, timedelta(minutes=9))))
    if sources != "linkerd":
        rows.sums += samples
    if sources != "neutral":
        rows.gauges += linkerd(samples)
    rows.insert(database)
    async with real_store(database, NOW) as real:
        content = (await real.parts.slo(300)).content
    start_at = END - timedelta(seconds=300)
    inbound, outbound = totals(samples, "inbound", start_at, 120), totals(samples, "outbound", start_at, 120)
    assert [(one.namespace, one.name, one.mtls_enabled) for one in content.services] == [
        ("shop", "api", False),
        ("shop", "web", True),
    ]
    for service in content.services:
        codes = {code.code: code.count for code in service.status_codes}
        assert codes == {code: count for (name, code), count in inbound.items() if name == service.name}
        assert service.rps == pytest.approx(sum(codes.values()) / 300, abs=0.01)
        assert service.success_percent == pytest.approx(100 - 100 * codes["503"] / sum(codes.values()), abs=0.001)
        assert service.latency_buckets[0].le_ms == 10
        assert service.latency_buckets[0].count == service.latency_buckets[1].count > 0
        assert (service.p50_ms, service.p99_ms) == pytest.approx((55, 973), rel=0.01)
    for edge in content.edges:
        assert edge.dst_name == PEERS[edge.src_name]
        calls = sum(count for (name, _), count in outbound.items() if name == edge.src_name)
        assert edge.rps == pytest.approx(calls / 300, abs=0.01)
    assert content.inbound_requests == sum(inbound.values())
    assert content.mtls_requests == sum(count for (name, _), count in inbound.items() if name == "web")


@pytest.mark.parametrize("source", ["neutral", "linkerd"])
async def test_a_day_of_the_mesh_is_exact(database: Database, source: str) -> None:
    samples = neutral(every(600, timedelta(hours=23)))
    rows = Rows(sums=samples) if source == "neutral" else Rows(gauges=linkerd(samples))
    rows.insert(database)
    async with real_store(database, NOW) as real:
        await real.parts.slo_window(SloWindow.DAY)
        real.log.entries.clear()
        data = (await real.parts.slo_window(SloWindow.DAY)).content
        assert len(real.log.names) <= 4, real.log.names
    inbound = totals(samples, "inbound", END - timedelta(days=1), 600)
    found = {(one.name, code.code): code.count for one in data.mesh_services for code in one.status_codes}
    assert found == inbound
    assert {(edge.src_name, edge.dst_name) for edge in data.mesh_edges} == set(PEERS.items())


NAMES = {"neutral": ("workload", "mesh_request_duration_ms"), "linkerd": ("deployment", "response_latency_ms")}


def outbound_latencies(source: str, times: list[datetime], *, has_sum: bool) -> list[Sample]:
    """What web observes of api: thirty requests a step, evenly in three buckets, 123 ms each by the sum."""
    workload, metric = NAMES[source]
    labels = {workload: "web", "namespace": "shop", f"dst_{workload}": "api", "dst_namespace": "shop"}
    samples = []
    for step, at in enumerate(times):
        about: dict[str, Any] = {"at": at, "target": "", "job": "mesh-proxies"}
        values = {le: 10.0 * step * min(number, 3) for number, le in enumerate(BOUNDS, start=1)}
        for le, value in values.items():
            one = {**labels, "direction": "outbound", "le": le}
            samples.append(Sample(metric=f"{metric}_bucket", value=value, labels=one, **about))
        if has_sum:
            one = {**labels, "direction": "outbound"}
            samples.append(Sample(metric=f"{metric}_sum", value=30.0 * step * 123, labels=one, **about))
    return samples


@pytest.mark.parametrize("has_sum", [True, False], ids=["with sum", "buckets only"])
@pytest.mark.parametrize("source", NAMES)
async def test_an_edge_has_the_mean_latency_that_its_source_observed(
    database: Database, source: str, *, has_sum: bool
) -> None:
    times = every(15, timedelta(minutes=9))
    rows = Rows(sums=neutral(times))
    observed = outbound_latencies(source, times, has_sum=has_sum)
    if source == "neutral":
        rows.sums += observed
    else:
        rows.gauges += observed
    rows.insert(database)
    async with real_store(database, NOW) as real:
        short = (await real.parts.slo(300)).content.edges
        long = (await real.parts.slo_window(SloWindow.DAY)).content.mesh_edges
    expected = 123.0 if has_sum else pytest.approx((5 + 55 + 550) / 3, abs=0.01)
    for edges in (short, long):
        means = {(edge.src_name, edge.dst_name): edge.avg_ms for edge in edges}
        assert means == {("web", "api"): expected, ("api", "db"): 0.0}, "unknown is 0"
