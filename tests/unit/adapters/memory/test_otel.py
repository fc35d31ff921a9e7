"""The simulated shop: a living store that always tells the same story."""

import pytest

from adapters.memory.clock import ManualClock
from adapters.memory.otel import InMemoryOTelParts
from adapters.memory.otel_hardware import read_node, read_point
from adapters.memory.otel_traces import traces_in
from adapters.memory.otel_traffic import SHOP, Shop, SimulatedService, Traffic, is_incident
from adapters.memory.telemetry_traces import spans_of
from domain.otel.parts import PartName
from domain.time_range import TimeRange
from ports.errors import Unavailable

ADDRESSES = ("10.0.0.1", "10.0.0.2")
DOWN = Unavailable("read telemetry", "connection refused")


def _store(clock: ManualClock, seed: int = 1) -> InMemoryOTelParts:
    return InMemoryOTelParts(clock, lambda: ADDRESSES, shop=Shop(seed=seed))


async def test_equal_seeds_at_equal_times_tell_the_same_story() -> None:
    first, second = _store(ManualClock()), _store(ManualClock())
    assert await first.series(3600) == await second.series(3600)
    assert await first.recent_traces(900, 500) == await second.recent_traces(900, 500)


async def test_another_seed_tells_another_story() -> None:
    first, second = _store(ManualClock(), seed=1), _store(ManualClock(), seed=2)
    assert (await first.apm(900)).content != (await second.apm(900)).content


async def test_the_store_lives() -> None:
    clock = ManualClock()
    store = _store(clock)
    before = (await store.apm(900)).content, (await store.nodes(300)).content
    await clock.advance(120.0)
    after = (await store.apm(900)).content, (await store.nodes(300)).content
    assert before[0] != after[0]
    assert before[1] != after[1]


async def test_what_a_minute_was_it_remains() -> None:
    clock = ManualClock()
    store = _store(clock)
    before = (await store.series(3600)).content
    await clock.advance(120.0)
    after = (await store.series(3600)).content
    assert before.nodes[0].points[2:] == after.nodes[0].points[:-2]
    assert before.apm[0].points[2:] == after.apm[0].points[:-2]


async def test_a_trace_stays_in_the_list_while_newer_ones_come() -> None:
    clock = ManualClock()
    store = _store(clock)
    before = (await store.recent_traces(900, 500)).content
    await clock.advance(60.0)
    after = (await store.recent_traces(900, 500)).content
    assert set(before) & set(after) == {trace for trace in before if trace.timestamp >= after[-1].timestamp}
    assert after[0].timestamp > before[0].timestamp


async def test_within_an_hour_something_goes_wrong_and_passes() -> None:
    clock = ManualClock()
    await clock.advance(7200.0)
    points = {line.service_name: line.points for line in (await _store(clock).series(3600)).content.apm}
    ratios = [point.success_ratio for point in points["payments"]]
    assert min(ratios) < 0.95
    assert max(ratios) > 0.99


async def test_among_the_traces_are_slow_ones_and_failed_ones() -> None:
    clock = ManualClock()
    await clock.advance(7200.0)
    traces = list(traces_in(Shop(), TimeRange.last(7200.0, clock.now())))
    durations = sorted(trace.duration_ms for trace in traces)
    assert durations[-1] > 5 * durations[len(durations) // 2]
    failed = [trace for trace in traces if trace.has_error]
    assert 0 < len(failed) < len(traces) / 2
    assert {trace.error_type for trace in failed} == {"TimeoutError"}


async def test_nodes_come_and_go_with_the_cluster() -> None:
    nodes = ["10.0.0.1"]
    store = InMemoryOTelParts(ManualClock(), lambda: nodes)
    assert [node.node_ip for node in (await store.nodes(300)).content.nodes] == ["10.0.0.1"]
    nodes.append("10.0.0.9")
    assert [node.node_ip for node in (await store.nodes(300)).content.nodes] == ["10.0.0.1", "10.0.0.9"]


async def test_the_last_point_of_a_series_is_what_the_node_showed_then() -> None:
    clock = ManualClock()
    node = read_node(1, "10.0.0.1", clock.now())
    point = read_point(1, "10.0.0.1", clock.now())
    assert (point.cpu_pct, point.mem_pct, point.disk_pct) == (
        node.cpu.usage_pct,
        node.memory.usage_pct,
        node.disks[0].usage_pct,
    )
    assert point.net_rx_bytes_per_sec == node.networks[0].rx_bytes_per_sec, "the loopback does not count"


async def test_it_fails_for_the_parts_it_is_told_to_until_it_is_told_otherwise() -> None:
    store = _store(ManualClock())
    store.fail_with(DOWN, PartName.LOGS)
    await store.slo(300)
    with pytest.raises(Unavailable):
        await store.logs(300)
    store.fail_with(DOWN)
    with pytest.raises(Unavailable):
        await store.slo(300)
    store.fail_with(None)
    await store.logs(300)
    assert store.asked == {PartName.SLO: 2, PartName.LOGS: 2}


async def test_an_exposed_service_that_nobody_called_is_idle_and_stays() -> None:
    quiet = SimulatedService(name="quiet", operations=("GET /",), ingress_rps=1e-9, median_ms=5.0)
    store = InMemoryOTelParts(ManualClock(), lambda: (), shop=Shop(services=(quiet,)))
    [level] = (await store.slo(300)).content.ingress
    assert (level.rps, level.success_percent, level.total_requests, level.p99_ms) == (0.0, 100.0, 0, 0.0)
    assert {bucket.count for bucket in level.latency_buckets} == {0}


def test_a_service_that_never_fails_has_no_incidents() -> None:
    solid = SimulatedService(name="solid", operations=("GET /",), median_ms=5.0, error_ratio=0.0)
    assert not any(is_incident(solid, minute) for minute in range(200))


def test_half_of_the_requests_take_no_longer_than_the_median() -> None:
    traffic = Traffic(seconds=60.0, requests=1000, errors=0, median_ms=40.0)
    assert traffic.below(40.0) == 500
    assert 985 <= traffic.below(traffic.quantile_ms(2.3263)) <= 995


def test_a_call_to_a_service_that_does_not_exist_is_a_mistake_in_the_shop() -> None:
    broken = SimulatedService(name="web", operations=("GET /",), calls=("ghost",), ingress_rps=1.0, median_ms=1.0)
    with pytest.raises(KeyError, match="ghost"):
        Shop(services=(broken,))


def test_every_service_of_the_shop_is_reached() -> None:
    called = {name for service in SHOP for name in service.calls}
    assert {service.name for service in SHOP if not service.ingress_rps} <= called


def test_spans_name_what_they_call() -> None:
    """A call of a service is no statement to a database; those go by what is done to what."""
    shop, databases, peers = Shop(), set[tuple[str, str, str]](), set[str]()
    for trace in traces_in(shop, TimeRange.last(3600.0, ManualClock().now())):
        spans = {span.span_id: span for span in spans_of(trace, shop)}
        assert len(spans) == trace.span_count
        for span in spans.values():
            parent = spans.get(span.parent_span_id)
            assert (parent is None) == (span.parent_span_id == "")
            if span.span_kind == "SPAN_KIND_CLIENT":
                assert (span.db is None) != (span.http is None)
            if span.db is not None:
                databases.add((span.service_name, span.db.system, span.span_name))
            elif span.http is not None and span.http.server:
                peers.add(span.http.server)
            if parent is not None and span.span_kind == "SPAN_KIND_SERVER":
                assert parent.http is not None
                assert parent.http.server == span.service_name
    assert databases == {
        ("catalog", "postgresql", "SELECT catalog"),
        ("orders", "postgresql", "SELECT orders"),
        ("cart", "redis", "GET"),
    }
    assert peers == {"catalog", "cart", "checkout", "payments", "orders", "api.psp.example"}
