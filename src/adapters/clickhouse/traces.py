"""Recent traces, each as a whole: ids first, out of few columns, then a summary of just those traces."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from adapters.clickhouse.dialect import LOOKUP, TRACES
from adapters.clickhouse.rounding import ms_of_nanos
from adapters.clickhouse.runner import Row
from adapters.clickhouse.store import TelemetryStore
from domain.otel.apm import TraceSummary
from domain.time_range import TimeRange
from ports.errors import NotFound

_OPERATION: Final = "list traces"
_SLACK_SECONDS: Final = 1
"""The look-up table holds whole seconds on newer layouts."""
_AROUND_SECONDS: Final = 600
"""How far around a span the rest of its trace is looked for where there is no look-up table."""
_LONGEST_SECONDS: Final = 3600
"""How far a trace may reach out of the window: one with an id used over and over must not open it without bound."""


async def read_recent_traces(store: TelemetryStore, window: TimeRange, limit: int) -> tuple[TraceSummary, ...]:
    """The newest traces with an entry span or a root in the window, newest first."""
    parameters = {"f": window.start_at, "t": window.end_at, "n": limit}
    found = await store.ask("find_recent_traces", TRACES, parameters, operation=_OPERATION)
    return await summarize(store, found)


async def summarize(store: TelemetryStore, found: Sequence[Row]) -> tuple[TraceSummary, ...]:
    """Summaries of the traces that were found, newest first; rows have `trace_id` and `at_us`."""
    if not found:
        return ()
    ids = [row["trace_id"] for row in found]
    start_at, end_at = await _bounds(store, ids, [row["at_us"] for row in found])
    rows = await store.ask("summarize_traces", TRACES, {"ids": ids, "a": start_at, "b": end_at}, operation=_OPERATION)
    return tuple(sorted(map(_summary, rows), key=lambda one: (one.timestamp, one.trace_id), reverse=True))


async def _bounds(store: TelemetryStore, ids: list[str], at_us: Sequence[int]) -> tuple[datetime, datetime]:
    """Between which times all spans of these traces start."""
    first, last = moment_of(min(at_us)), moment_of(max(at_us))
    around, longest = timedelta(seconds=_AROUND_SECONDS), timedelta(seconds=_LONGEST_SECONDS)
    rows = await read_bounds(store, ids)
    if not rows or not rows[0]["found"]:
        return first - around, last + around
    slack = timedelta(seconds=_SLACK_SECONDS)
    # The look-up table may be younger than the data, or hold only some of the traces.
    start_at = min(first, moment_of(rows[0]["start_us"])) - slack
    end_at = max(last, moment_of(rows[0]["end_us"])) + slack
    return max(start_at, first - longest), min(end_at, last + longest)


async def read_bounds(store: TelemetryStore, ids: list[str]) -> list[Row]:
    """What the look-up table says of these traces; nothing where there is no such table."""
    if not (await store.layout()).has(LOOKUP):
        return []
    try:
        return await store.ask("read_trace_bounds", LOOKUP, {"ids": ids}, operation=_OPERATION)
    except NotFound:
        return []


def moment_of(micros: int) -> datetime:
    """A time from microseconds since the epoch."""
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=micros)


def _summary(row: Row) -> TraceSummary:
    exception: dict[str, Any] = row["exception"]
    service, operation = row["root"]
    return TraceSummary(
        trace_id=row["trace_id"],
        root_service=service,
        root_operation=operation,
        services=tuple(sorted(row["services"])),
        duration_ms=ms_of_nanos(row["end_ns"] - row["start_ns"]),
        span_count=row["spans"],
        service_count=len(row["services"]),
        has_error=row["errors"] > 0,
        error_type=exception.get("exception.type", ""),
        error_message=exception.get("exception.message", ""),
        timestamp=moment_of(row["start_ns"] // 1000),
    )
