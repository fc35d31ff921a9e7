"""The contract of TraceQueries: lists and details agree, filters find whole traces, nothing is invented."""

from datetime import timedelta

import pytest

from adapters.clickhouse.trace_queries import ClickHouseTraceQueries
from adapters.memory.telemetry_traces import InMemoryTraceQueries
from domain.otel.queries import Period, TraceFilter
from ports.errors import NotFound
from ports.telemetry_queries import TraceQueries
from tests.support.query_stores import Asked

PORT = TraceQueries
ADAPTERS = (InMemoryTraceQueries, ClickHouseTraceQueries)
HOUR = Period(seconds=3600)


async def test_traces_are_newest_first_and_no_more_than_asked_for(who: Asked) -> None:
    traces = await who.stores.traces.list_traces(TraceFilter(period=HOUR, limit=40))
    times = [trace.timestamp for trace in traces]
    assert len(traces) == 40
    assert times == sorted(times, reverse=True)
    few = await who.stores.traces.list_traces(TraceFilter(period=HOUR, limit=3))
    assert few == traces[:3]


async def test_the_slowest_are_ordered_by_the_duration_that_is_shown(who: Asked) -> None:
    slowest = await who.stores.traces.list_traces(TraceFilter(period=HOUR, limit=10, slowest_first=True))
    every = await who.stores.traces.list_traces(TraceFilter(period=HOUR, limit=2000))
    durations = sorted((trace.duration_ms for trace in every), reverse=True)
    assert [trace.duration_ms for trace in slowest] == durations[:10]


async def test_the_list_agrees_with_the_detail(who: Asked) -> None:
    for trace in await who.stores.traces.list_traces(TraceFilter(period=HOUR, limit=5)):
        detail = await who.stores.traces.get_trace(trace.trace_id)
        assert detail.span_count == trace.span_count == len(detail.spans)
        assert detail.service_count == trace.service_count
        assert detail.duration_ms == trace.duration_ms
        assert {span.service_name for span in detail.spans} == set(trace.services)
        times = [span.timestamp for span in detail.spans]
        assert times == sorted(times)
        ids = {span.span_id for span in detail.spans}
        assert all(span.parent_span_id in ids | {""} for span in detail.spans)
        assert any(span.error for span in detail.spans) is trace.has_error
        assert all(span.span_kind.startswith("SPAN_KIND_") for span in detail.spans)
        assert all(span.status_code.startswith("STATUS_CODE_") for span in detail.spans)
        assert all(span.duration_ms == pytest.approx(span.duration_nanos / 1e6, abs=0.01) for span in detail.spans)


async def test_an_unknown_trace_is_not_found(who: Asked) -> None:
    for trace_id in ("0" * 31 + "z", "' OR 1=1 --", "%"):
        with pytest.raises(NotFound, match="no trace"):
            await who.stores.traces.get_trace(trace_id)


async def test_a_filter_is_about_one_span_and_shows_the_whole_trace(who: Asked) -> None:
    every = {
        trace.trace_id: trace for trace in await who.stores.traces.list_traces(TraceFilter(period=HOUR, limit=2000))
    }
    failed = await who.stores.traces.list_traces(TraceFilter(period=HOUR, limit=2000, status_code="error"))
    assert failed
    assert {trace.trace_id for trace in failed} == {trace.trace_id for trace in every.values() if trace.has_error}
    middle_ms = sorted(trace.duration_ms for trace in every.values())[len(every) // 2]
    slow = await who.stores.traces.list_traces(TraceFilter(period=HOUR, limit=2000, min_duration_ms=middle_ms))
    assert all(every[trace.trace_id] == trace for trace in slow)
    assert 0 < len(slow) < len(every)
    mine = await who.stores.traces.list_traces(TraceFilter(period=HOUR, limit=2000, service=who.service))
    assert {trace.trace_id for trace in mine} == {key for key, trace in every.items() if who.service in trace.services}
    operation = mine[0].root_operation
    named = await who.stores.traces.list_traces(
        TraceFilter(period=HOUR, limit=2000, service=mine[0].root_service, operation=operation)
    )
    assert {trace.root_operation for trace in named} == {operation}
    nobody = TraceFilter(period=HOUR, service="nobody")
    assert await who.stores.traces.list_traces(nobody) == ()


async def test_absolute_times_win(who: Asked) -> None:
    start_at, end_at = who.now - timedelta(minutes=30), who.now - timedelta(minutes=20)
    period = Period(seconds=60, start_at=start_at, end_at=end_at)
    traces = await who.stores.traces.list_traces(TraceFilter(period=period, limit=2000))
    assert traces
    assert all(start_at <= trace.timestamp < end_at for trace in traces)
    future = Period(seconds=60, start_at=who.now + timedelta(days=1), end_at=who.now + timedelta(days=2))
    assert await who.stores.traces.list_traces(TraceFilter(period=future)) == ()


async def test_services_operations_and_topology_agree(who: Asked) -> None:
    traces = who.stores.traces
    services = await traces.list_services(HOUR)
    operations = await traces.list_operations(HOUR)
    topology = await traces.get_topology(HOUR)
    assert services
    counts = [operation.span_count for operation in operations]
    assert counts == sorted(counts, reverse=True)
    for service in services:
        mine = [operation for operation in operations if operation.service_name == service.name]
        assert sum(operation.span_count for operation in mine) == service.span_count
    assert {service.name for service in services} <= {node.name for node in topology.nodes}
    ids = {node.id for node in topology.nodes}
    assert {end for edge in topology.edges for end in (edge.source, edge.target)} <= ids


async def test_the_figures_of_one_service(who: Asked) -> None:
    traces = who.stores.traces
    calls = await traces.db_stats(who.database_client, HOUR)
    assert calls[0].db_system == "postgresql"
    assert [call.call_count for call in calls] == sorted((call.call_count for call in calls), reverse=True)
    assert all(0 <= call.error_ratio <= 1 for call in calls)
    points = await traces.service_series(who.service, HOUR)
    times = [point.timestamp for point in points]
    assert times == sorted(times)
    assert 55 <= len(points) <= 62
    assert {time.second for time in times} == {0}
    for empty in (
        await traces.http_stats("nobody", HOUR),
        await traces.db_stats("nobody", HOUR),
        await traces.service_series("nobody", HOUR),
    ):
        assert empty == ()
