"""Answers to questions about log entries: one scan counts, one reads a page out of the newest part of the window."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from typing_extensions import override

from adapters.clickhouse.dialect import LOGS
from adapters.clickhouse.grid import Grid
from adapters.clickhouse.otel_parts import SPAN_LAG_SECONDS
from adapters.clickhouse.runner import Row
from adapters.clickhouse.store import TelemetryStore
from adapters.clickhouse.traces import moment_of
from domain.otel.answers import Facet, Facets, LogBucket, LogHistogram, LogPage
from domain.otel.logs import LogEntry
from domain.otel.queries import LogFilter, LogSearch, histogram_step_seconds
from domain.time_range import TimeRange
from ports.telemetry_queries import LogQueries

_OPERATION: Final = "search logs"
_FACETS: Final = 50
_STEPS: Final = 60
_EVER: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LEVELS: Final = {
    "TRACE": (1, 4),
    "DEBUG": (5, 8),
    "INFO": (9, 12),
    "WARN": (13, 16),
    "WARNING": (13, 16),
    "ERROR": (17, 20),
    "SEVERE": (17, 20),
    "FATAL": (21, 24),
    "CRITICAL": (21, 24),
}


class ClickHouseLogQueries(LogQueries):
    """Asks the table of log records."""

    def __init__(self, store: TelemetryStore) -> None:
        self._store = store

    @override
    async def search(self, wanted: LogSearch) -> LogPage:
        window = await self._window(wanted.filter)
        grid = Grid(window=window, step_seconds=max(1, -int(-window.seconds // _STEPS)))
        parameters = {**_parameters(wanted.filter), **grid.parameters()}
        rows = await self._store.ask("count_log_facets", LOGS, parameters, operation=_OPERATION)
        combinations = [row for row in rows if not row["is_step"]]
        steps = {row["step"]: row["matching"] for row in rows if row["is_step"] and row["matching"]}
        total = sum(row["matching"] for row in combinations)
        page: list[Row] = []
        if total > wanted.offset:
            start_at = _start_of_page(grid, steps, wanted.offset + wanted.limit)
            bound = {**parameters, "f": start_at, "n": wanted.limit, "o": wanted.offset}
            page = await self._store.ask("list_logs", LOGS, bound, operation=_OPERATION)
        return LogPage(logs=tuple(map(_entry, page)), total=total, facets=_facets(combinations))

    @override
    async def histogram(self, wanted: LogFilter) -> LogHistogram:
        window = await self._window(wanted)
        grid = Grid(window=window, step_seconds=histogram_step_seconds(window.seconds))
        parameters = {**_parameters(wanted), **grid.parameters()}
        rows = await self._store.ask("count_log_steps", LOGS, parameters, operation="count logs over time")
        return LogHistogram(
            buckets=tuple(
                LogBucket(timestamp=grid.start_of(row["step"]), severity=row["severity_text"], count=row["entries"])
                for row in rows
            ),
            interval_ms=grid.step_seconds * 1000,
        )

    async def _window(self, wanted: LogFilter) -> TimeRange:
        now = await self._store.now()
        if wanted.is_timeless:
            return TimeRange(_EVER, now + timedelta(seconds=1))
        return wanted.period.window(now if wanted.period.is_absolute else now - timedelta(seconds=SPAN_LAG_SECONDS))


def _parameters(wanted: LogFilter) -> dict[str, Any]:
    lowest, highest = _LEVELS.get(wanted.level.upper(), (-1, -1))
    return {
        "query": wanted.query,
        "trace": wanted.trace_id,
        "span": wanted.span_id,
        "service": wanted.service,
        "level": wanted.level,
        "scope": wanted.scope,
        "lowest": lowest,
        "highest": highest,
    }


def _start_of_page(grid: Grid, steps: dict[int, int], needed: int) -> datetime:
    """Start of the newest steps that hold as many matching entries as the page needs."""
    found = 0
    for step in sorted(steps, reverse=True):
        found += steps[step]
        if found >= needed:
            return max(grid.window.start_at, grid.start_of(step))
    return grid.window.start_at


def _facets(rows: Sequence[Row]) -> Facets:
    """Each facet counts what matches all filters but its own, so that it says what the list would become."""
    services, severities, scopes = Counter[str](), Counter[str](), Counter[str]()
    for row in rows:
        if row["is_level"] and row["is_scope"]:
            services[row["service"]] += row["entries"]
        if row["is_service"] and row["is_scope"]:
            severities[row["severity"]] += row["entries"]
        if row["is_service"] and row["is_level"]:
            scopes[row["scope"]] += row["entries"]
    return Facets(services=_most(services), severities=_most(severities), scopes=_most(scopes))


def _most(counts: Counter[str]) -> tuple[Facet, ...]:
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return tuple(Facet(value=value, count=count) for value, count in ordered[:_FACETS] if value)


def _entry(row: Row) -> LogEntry:
    return LogEntry(
        timestamp=moment_of(row["at_us"]),
        trace_id=row["trace_id"],
        span_id=row["span_id"],
        severity=row["severity"],
        severity_num=row["severity_num"],
        service_name=row["service_name"],
        body=row["body"],
        scope_name=row["scope_name"],
        attributes=dict(row["attributes"]),
        resource=dict(row["resource"]),
    )
