"""Log entries of the simulated shop: what its traces left behind, as far back as six hours."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from anyio.lowlevel import checkpoint
from typing_extensions import override

from adapters.memory.otel_traces import traces_in
from adapters.memory.otel_traffic import Shop
from domain.otel.answers import Facet, Facets, LogBucket, LogHistogram, LogPage
from domain.otel.logs import LogEntry
from domain.otel.queries import LogFilter, LogSearch, histogram_step_seconds
from domain.time_range import TimeRange
from ports.clock import Clock
from ports.telemetry_queries import LogQueries

_KEPT: Final = timedelta(hours=6)
_FACETS: Final = 50


class InMemoryLogQueries(LogQueries):
    """Entries by the same rules as a real store."""

    def __init__(self, clock: Clock, *, shop: Shop | None = None) -> None:
        self._clock = clock
        self._shop = shop or Shop()

    @override
    async def search(self, wanted: LogSearch) -> LogPage:
        await checkpoint()
        only = wanted.filter
        matching = [entry for entry in self._found(only) if _has(entry, only, "service", "level", "scope")]
        return LogPage(
            logs=tuple(matching[wanted.offset : wanted.offset + wanted.limit]),
            total=len(matching),
            facets=Facets(
                services=_most(e.service_name for e in self._found(only) if _has(e, only, "level", "scope")),
                severities=_most(e.severity for e in self._found(only) if _has(e, only, "service", "scope")),
                scopes=_most(e.scope_name for e in self._found(only) if _has(e, only, "service", "level")),
            ),
        )

    @override
    async def histogram(self, wanted: LogFilter) -> LogHistogram:
        await checkpoint()
        window = self._window(wanted)
        step = timedelta(seconds=histogram_step_seconds(window.seconds))
        counts: Counter[tuple[int, str]] = Counter()
        for entry in self._found(wanted):
            if _has(entry, wanted, "service", "level", "scope"):
                counts[(entry.timestamp - window.start_at) // step, entry.severity] += 1
        return LogHistogram(
            buckets=tuple(
                LogBucket(timestamp=window.start_at + number * step, severity=severity, count=count)
                for (number, severity), count in sorted(counts.items())
            ),
            interval_ms=int(step.total_seconds() * 1000),
        )

    def _window(self, wanted: LogFilter) -> TimeRange:
        now = self._clock.now()
        return TimeRange(now - _KEPT, now) if wanted.is_timeless else wanted.period.window(now)

    def _found(self, wanted: LogFilter) -> Iterator[LogEntry]:
        """Entries in the window with the text and the ids, newest first."""
        window, now = self._window(wanted), self._clock.now()
        start_at, end_at = max(window.start_at, now - _KEPT), min(window.end_at, now)
        if start_at >= end_at:
            return
        needle = wanted.query.casefold()
        for entry in self._entries(TimeRange(start_at, end_at)):
            if (
                needle in entry.body.casefold()
                and wanted.trace_id in {"", entry.trace_id}
                and wanted.span_id in {"", entry.span_id}
            ):
                yield entry

    def _entries(self, window: TimeRange) -> Iterator[LogEntry]:
        for trace in traces_in(self._shop, window):
            for service in trace.services:
                has_failed = trace.has_error and service == trace.root_service
                yield LogEntry(
                    timestamp=trace.timestamp,
                    trace_id=trace.trace_id,
                    span_id=f"{trace.trace_id[:12]}0000",
                    severity="ERROR" if has_failed else "INFO",
                    severity_num=17 if has_failed else 9,
                    service_name=service,
                    body=trace.error_message if has_failed else f"{trace.root_operation} in {trace.duration_ms} ms",
                    scope_name=f"shop.{service}",
                    attributes={"thread.name": "worker-1"},
                    resource={"service.name": service, "k8s.namespace.name": "shop"},
                )


def _has(entry: LogEntry, wanted: LogFilter, *fields: str) -> bool:
    """Whether the entry has what is wanted in these fields."""
    own = {"service": entry.service_name, "level": entry.severity, "scope": entry.scope_name}
    return all(
        not getattr(wanted, field)
        or own[field] == getattr(wanted, field)
        or (field == "level" and own[field].upper() == wanted.level.upper())
        for field in fields
    )


def _most(values: Iterator[str]) -> tuple[Facet, ...]:
    ordered = sorted(Counter(values).items(), key=lambda one: (-one[1], one[0]))
    return tuple(Facet(value=value, count=count) for value, count in ordered[:_FACETS] if value)
