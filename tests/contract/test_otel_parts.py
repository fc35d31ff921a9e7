"""The contract of OTelParts, on every adapter.

The store of the fixture holds the telemetry of some services and nodes up to now; its twin holds nothing. What the
figures are is each adapter's own matter; that they are consistent, sorted, finite and in UTC is the port's.
"""

import math
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import anyio
import pytest

from adapters.clickhouse.otel_parts import ClickHouseOTelParts
from adapters.memory.clock import ManualClock
from adapters.memory.otel import InMemoryOTelParts
from adapters.memory.otel_traffic import Shop
from domain.otel.parts import OVERVIEW_SECONDS, Scan, SloWindow
from ports.errors import AccessDenied, NotFound, PortError, Unavailable, UnexpectedAnswer
from ports.otel import OTelParts
from tests.support.clickhouse_fixtures import ShopDatabases
from tests.support.clickhouse_stores import real_store
from tests.support.telemetry_layouts import Database, Layout
from tests.support.telemetry_shop import ADDRESSES, NOW

Ask = Callable[[OTelParts], Awaitable[Scan[Any]]]
QUESTIONS: dict[str, tuple[Ask, float]] = {
    "apm": (lambda store: store.apm(900), 900.0),
    "topology": (lambda store: store.topology(900), 900.0),
    "slo": (lambda store: store.slo(300), 300.0),
    "nodes": (lambda store: store.nodes(300), 300.0),
    "logs": (lambda store: store.logs(300), 300.0),
    "recent_traces": (lambda store: store.recent_traces(900, 500), 900.0),
    "series": (lambda store: store.series(3600), 3600.0),
    "slo_1d": (lambda store: store.slo_window(SloWindow.DAY), 86_400.0),
    "slo_7d": (lambda store: store.slo_window(SloWindow.WEEK), 604_800.0),
    "slo_30d": (lambda store: store.slo_window(SloWindow.MONTH), 2_592_000.0),
}
EVERY_QUESTION = pytest.mark.parametrize(("ask", "seconds"), QUESTIONS.values(), ids=QUESTIONS)


@dataclass
class Stores:
    """What an adapter brings to be tested."""

    store: OTelParts
    empty: OTelParts
    now: datetime
    """The store's own time."""
    fail_with: Callable[[PortError], None]
    """Makes the store fail as the outside world would."""


def in_memory() -> Stores:
    clock = ManualClock(NOW)
    store = InMemoryOTelParts(clock, lambda: ADDRESSES)
    empty = InMemoryOTelParts(clock, lambda: (), shop=Shop(services=()))
    return Stores(store=store, empty=empty, now=NOW, fail_with=store.fail_with)


@asynccontextmanager
async def on_clickhouse(shop: ShopDatabases, scratch: Database) -> AsyncIterator[Stores]:
    async with real_store(shop.full, NOW, scratch=scratch) as full, real_store(shop.empty, NOW) as empty:
        yield Stores(store=full.parts, empty=empty.parts, now=NOW, fail_with=full.fail_with)


PORT = OTelParts
ADAPTERS = (InMemoryOTelParts, ClickHouseOTelParts)


@pytest.fixture(params=[None, Layout.V096, Layout.V151], ids=["memory", "clickhouse-0.96", "clickhouse-0.151"])
async def stores(request: pytest.FixtureRequest) -> AsyncIterator[Stores]:
    if request.param is None:
        yield in_memory()
        return
    create, shops = request.getfixturevalue("create"), request.getfixturevalue("shops")
    async with on_clickhouse(shops(request.param), create(request.param)) as made:
        yield made


def _values(value: Any) -> Iterator[Any]:
    """Everything inside, leaves included."""
    yield value
    if is_dataclass(value):
        for field in fields(value):
            yield from _values(getattr(value, field.name))
    elif isinstance(value, dict):
        yield from _values(tuple(value.items()))
    elif isinstance(value, tuple):
        for inner in value:
            yield from _values(inner)


def _is_sorted(values: Sequence[Any]) -> bool:
    return list(values) == sorted(values)


@EVERY_QUESTION
async def test_an_answer_says_which_window_it_covers(stores: Stores, ask: Ask, seconds: float) -> None:
    scan = await ask(stores.store)
    assert scan.window.seconds == pytest.approx(seconds, rel=0.02)
    assert stores.now - timedelta(minutes=2) <= scan.window.end_at <= stores.now


@EVERY_QUESTION
async def test_numbers_are_finite_and_times_are_utc(stores: Stores, ask: Ask, seconds: float) -> None:
    scan = await ask(stores.store)
    for value in _values(scan):
        if isinstance(value, float):
            assert math.isfinite(value)
        if isinstance(value, datetime):
            assert value.utcoffset() == timedelta(0)
            assert value <= stores.now


@EVERY_QUESTION
async def test_lists_are_tuples_and_values_have_the_types_they_claim(stores: Stores, ask: Ask, seconds: float) -> None:
    scan = await ask(stores.store)
    assert not [value for value in _values(scan) if isinstance(value, list | set)]


@EVERY_QUESTION
async def test_an_empty_store_gives_empty_lists(stores: Stores, ask: Ask, seconds: float) -> None:
    scan = await ask(stores.empty)
    sizes = [len(value) for value in _values(scan.content) if isinstance(value, tuple)]
    assert sizes
    assert sum(sizes) == 0
    assert not [value for value in _values(scan.content) if isinstance(value, int | float) and value]


@EVERY_QUESTION
@pytest.mark.parametrize("error", [Unavailable, NotFound, AccessDenied, UnexpectedAnswer])
async def test_a_failure_of_the_store_is_an_error_of_the_port(
    stores: Stores, ask: Ask, seconds: float, error: type[PortError]
) -> None:
    stores.fail_with(error("read telemetry", "as the test says"))
    with pytest.raises(error):
        await ask(stores.store)


@EVERY_QUESTION
async def test_a_cancelled_question_leaves_the_store_usable(stores: Stores, ask: Ask, seconds: float) -> None:
    with anyio.CancelScope() as scope:
        scope.cancel()
        await ask(stores.store)
    assert scope.cancelled_caught
    assert (await ask(stores.store)).content == (await ask(stores.store)).content


async def test_services_and_operations_are_sorted_and_add_up(stores: Stores) -> None:
    scan = await stores.store.apm(900)
    content = scan.content
    assert content.services
    assert _is_sorted([(service.namespace, service.name) for service in content.services])
    assert _is_sorted([(operation.service_name, operation.operation_name) for operation in content.operations])
    for service in content.services:
        mine = [operation for operation in content.operations if operation.service_name == service.name]
        assert sum(operation.span_count for operation in mine) == service.span_count
        assert sum(operation.error_count for operation in mine) == service.error_count
        assert service.rps == pytest.approx(service.span_count / scan.window.seconds, abs=0.01)
        assert service.success_ratio == pytest.approx(1 - service.error_count / service.span_count, abs=1e-4)
        assert 0 < service.p50_ms <= service.p99_ms


async def test_the_overview_is_about_the_last_minutes_of_the_window(stores: Stores) -> None:
    content = (await stores.store.apm(900)).content
    assert OVERVIEW_SECONDS == 300
    assert [service.name for service in content.overview] == [service.name for service in content.services]
    for recent, whole in zip(content.overview, content.services, strict=True):
        assert recent.span_count < whole.span_count
        assert recent.rps == pytest.approx(recent.span_count / OVERVIEW_SECONDS, abs=0.01)


async def test_every_end_of_an_edge_is_a_node_of_the_topology(stores: Stores) -> None:
    topology = (await stores.store.topology(900)).content
    ids = {node.id for node in topology.nodes}
    assert _is_sorted([node.id for node in topology.nodes])
    assert _is_sorted([(edge.source, edge.target) for edge in topology.edges])
    assert topology.edges
    assert {end for edge in topology.edges for end in (edge.source, edge.target)} <= ids
    assert {node.type.value for node in topology.nodes} == {"service", "database", "external"}
    for node in topology.nodes:
        assert (node.namespace != "") == (node.type.value == "service")


async def test_service_levels_are_sorted_percentages_that_agree_with_their_counts(stores: Stores) -> None:
    content = (await stores.store.slo(300)).content
    assert _is_sorted([service.service_key for service in content.ingress])
    assert _is_sorted([(service.namespace, service.name) for service in content.services])
    assert _is_sorted(
        [(edge.src_namespace, edge.src_name, edge.dst_namespace, edge.dst_name) for edge in content.edges]
    )
    assert content.ingress
    for level in content.ingress:
        assert sum(code.count for code in level.status_codes) == level.total_requests
        assert sum(method.count for method in level.methods) == level.total_requests
        assert sum(code.count for code in level.status_codes if code.code.startswith("5")) == level.total_errors
        assert level.success_percent + level.error_percent == pytest.approx(100)
        assert level.p50_ms <= level.p90_ms <= level.p95_ms <= level.p99_ms
        assert _is_sorted([bucket.le_ms for bucket in level.latency_buckets])
        assert sum(bucket.count for bucket in level.latency_buckets) <= level.total_requests
    assert 0 <= content.mtls_requests <= content.inbound_requests


async def test_nodes_go_by_the_address_they_report_from(stores: Stores) -> None:
    content = (await stores.store.nodes(300)).content
    assert [node.node_ip for node in content.nodes] == sorted(ADDRESSES)
    assert [node.node_name for node in content.nodes] == sorted(ADDRESSES)
    assert content.cluster_nodes is None
    for node in content.nodes:
        assert _is_sorted([disk.mount_point for disk in node.disks])
        assert _is_sorted([network.interface for network in node.networks])
        assert _is_sorted([(sensor.chip, sensor.sensor) for sensor in node.temperature.sensors])
        assert 0 <= node.cpu.usage_pct <= 100
        assert node.memory.usage_pct == pytest.approx(
            100 * (1 - node.memory.available_bytes / node.memory.total_bytes), abs=0.1
        )


async def test_logs_are_counted_by_severity_and_by_service(stores: Stores) -> None:
    summary = (await stores.store.logs(300)).content.summary
    assert sum(summary.severity_counts.values()) == summary.total_entries > 0
    assert summary.severity_counts.keys() <= {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"}
    counts = [service.count for service in summary.top_services]
    assert counts == sorted(counts, reverse=True)
    assert len(counts) <= 10


async def test_recent_traces_are_the_newest_first_and_no_more_than_asked_for(stores: Stores) -> None:
    scan = await stores.store.recent_traces(900, 500)
    times = [trace.timestamp for trace in scan.content]
    assert times == sorted(times, reverse=True)
    assert scan.window.start_at <= times[-1]
    few = (await stores.store.recent_traces(900, 3)).content
    assert few == scan.content[:3]
    for trace in scan.content:
        assert _is_sorted(trace.services)
        assert trace.root_service in trace.services
        assert trace.service_count == len(trace.services) <= trace.span_count
        assert trace.has_error == (trace.error_type != "")


async def test_series_ascend_minute_by_minute_and_nothing_is_without_points(stores: Stores) -> None:
    scan = await stores.store.series(3600)
    content = scan.content
    assert [line.node_name for line in content.nodes] == sorted(ADDRESSES)
    assert _is_sorted([line.service_name for line in content.slo])
    assert _is_sorted([line.service_name for line in content.apm])
    lines: tuple[Any, ...] = (*content.nodes, *content.slo, *content.apm)
    for line in lines:
        times = [point.timestamp for point in line.points]
        assert 0 < len(times) <= 60
        assert _is_sorted(times)
        assert {(time.second, time.microsecond) for time in times} == {(0, 0)}
        assert times[0] >= scan.window.start_at


@pytest.mark.parametrize("window", list(SloWindow), ids=lambda window: window.key)
async def test_a_long_window_has_a_predecessor_and_an_ascending_history(stores: Stores, window: SloWindow) -> None:
    data = (await stores.store.slo_window(window)).content
    assert data.current
    assert [level.service_key for level in data.previous] == [level.service_key for level in data.current]
    assert _is_sorted([(point.timestamp, point.service_key) for point in data.history])
    starts = sorted({point.timestamp for point in data.history})
    assert len(starts) == window.length_seconds // window.bucket_seconds
    assert {later - earlier for earlier, later in pairwise(starts)} == {timedelta(seconds=window.bucket_seconds)}
    assert sum(point.total_requests for point in data.history) == sum(level.total_requests for level in data.current)
    assert data.mesh_services
    assert data.mesh_edges
