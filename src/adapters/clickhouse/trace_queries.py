"""Answers to questions about traces."""

from datetime import datetime, timedelta
from typing import Any, Final

from typing_extensions import override

from adapters.clickhouse.calls import read_topology
from adapters.clickhouse.dialect import TRACES
from adapters.clickhouse.grid import Grid
from adapters.clickhouse.otel_parts import SPAN_LAG_SECONDS
from adapters.clickhouse.rounding import ms_of_nanos, ratio
from adapters.clickhouse.services import Services
from adapters.clickhouse.spans import span_of
from adapters.clickhouse.store import TelemetryStore
from adapters.clickhouse.traces import moment_of, read_bounds, summarize
from domain.otel.answers import DbOperationStats, HttpStats, TraceDetail
from domain.otel.apm import ApmService, ApmTimePoint, OperationStats, Topology, TraceSummary
from domain.otel.queries import Period, TraceFilter, service_step_seconds
from domain.time_range import TimeRange
from ports.clock import Clock
from ports.errors import NotFound
from ports.telemetry_queries import TraceQueries

_MAX_SPANS: Final = 5000
_FAILED: Final = frozenset({"error", "status_code_error"})
_NANOS_PER_MS: Final = 1e6
_MAX_NANOS: Final = 2**62
_SLACK: Final = timedelta(seconds=1)
_LONG_AGO: Final = timedelta(days=400)


class ClickHouseTraceQueries(TraceQueries):
    """Asks the table of spans."""

    def __init__(self, store: TelemetryStore, clock: Clock) -> None:
        self._store = store
        self._services = Services(store, clock)

    @override
    async def list_traces(self, wanted: TraceFilter) -> tuple[TraceSummary, ...]:
        window = await self._window(wanted.period)
        is_failed = wanted.status_code.lower() in _FAILED
        parameters: dict[str, Any] = {
            "f": window.start_at,
            "t": window.end_at,
            "n": wanted.limit,
            "service": wanted.service,
            "operation": wanted.operation,
            "status": "" if is_failed else wanted.status_code,
            "method": wanted.method,
            "min_ns": min(_MAX_NANOS, round(wanted.min_duration_ms * _NANOS_PER_MS)),
            "is_failed": int(is_failed),
            "is_open": int(wanted.is_open),
        }
        name = "find_slow_traces" if wanted.slowest_first else "find_traces"
        found = await self._store.ask(name, TRACES, parameters, operation="list traces")
        traces = await summarize(self._store, found)
        if wanted.slowest_first:
            return tuple(sorted(traces, key=lambda one: (-one.duration_ms, one.trace_id)))
        return traces

    @override
    async def list_services(self, period: Period) -> tuple[ApmService, ...]:
        return (await self._services.read(Grid.whole(await self._window(period)))).content.services

    @override
    async def get_topology(self, period: Period) -> Topology:
        return await read_topology(self._store, self._services, await self._window(period))

    @override
    async def list_operations(self, period: Period) -> tuple[OperationStats, ...]:
        operations = (await self._services.read(Grid.whole(await self._window(period)))).content.operations
        return tuple(sorted(operations, key=lambda one: (-one.span_count, one.service_name, one.operation_name)))

    @override
    async def http_stats(self, service: str, period: Period) -> tuple[HttpStats, ...]:
        rows = await self._ask_service("count_http_requests", service, period)
        return tuple(
            HttpStats(
                status_code=row["status_code"], method=row["method"], operation=row["operation"], count=row["requests"]
            )
            for row in rows
        )

    @override
    async def db_stats(self, service: str, period: Period) -> tuple[DbOperationStats, ...]:
        rows = await self._ask_service("list_database_calls", service, period)
        return tuple(
            DbOperationStats(
                db_system=row["db_system"],
                db_name=row["db_name"],
                operation=row["operation"],
                table=row["db_table"],
                call_count=row["calls"],
                avg_ms=ms_of_nanos(row["duration_ns"] / row["calls"]),
                p99_ms=ms_of_nanos(row["quantiles_ns"][0]),
                error_ratio=ratio(row["errors"], row["calls"]),
            )
            for row in rows
        )

    @override
    async def service_series(self, service: str, period: Period) -> tuple[ApmTimePoint, ...]:
        window = await self._window(period)
        grid = Grid.aligned(window, service_step_seconds(window.seconds))
        lines = await self._services.series(grid, service)
        return lines[0].points if lines else ()

    @override
    async def get_trace(self, trace_id: str) -> TraceDetail:
        start_at, end_at = await self._bounds(trace_id)
        rows = await self._store.ask(
            "list_trace_spans",
            TRACES,
            {"id": trace_id, "a": start_at - _SLACK, "b": end_at + _SLACK, "n": _MAX_SPANS},
            operation="read a trace",
        )
        if not rows:
            raise NotFound("read a trace", f"no trace {trace_id[:64]!r}")
        first = rows[0]["at_ns"]
        last = max(row["at_ns"] + row["duration_ns"] for row in rows)
        return TraceDetail(
            trace_id=trace_id,
            duration_ms=ms_of_nanos(last - first),
            service_count=len({row["service_name"] for row in rows}),
            span_count=len(rows),
            spans=tuple(span_of(row, trace_id) for row in rows),
        )

    async def _bounds(self, trace_id: str) -> tuple[datetime, datetime]:
        """Between which times the spans of a trace start; without a bound where the look-up table does not know it."""
        rows = await read_bounds(self._store, [trace_id])
        if rows and rows[0]["found"]:
            return moment_of(rows[0]["start_us"]), moment_of(rows[0]["end_us"])
        now = await self._store.now()
        return now - _LONG_AGO, now

    async def _ask_service(self, name: str, service: str, period: Period) -> list[dict[str, Any]]:
        window = await self._window(period)
        parameters = {"f": window.start_at, "t": window.end_at, "service": service}
        return await self._store.ask(name, TRACES, parameters, operation="read a service's spans")

    async def _window(self, period: Period) -> TimeRange:
        return period.window(await self._store.now() - timedelta(seconds=SPAN_LAG_SECONDS))
