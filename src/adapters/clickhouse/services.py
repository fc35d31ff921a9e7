"""Services and operations by their entry spans: requests served and messages consumed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from operator import itemgetter
from typing import Final

import anyio

from adapters.clickhouse.dialect import TRACES
from adapters.clickhouse.grid import Grid
from adapters.clickhouse.rounding import ms_of_nanos, rate, ratio
from adapters.clickhouse.runner import Row
from adapters.clickhouse.service_identities import Identities, ServiceIdentities
from adapters.clickhouse.statements import Fragment
from adapters.clickhouse.store import TelemetryStore
from domain.otel.apm import ApmService, ApmServiceTimeSeries, ApmTimePoint, OperationStats
from domain.otel.parts import OVERVIEW_SECONDS, ApmContent
from domain.time_range import TimeRange
from ports.clock import Clock

_FRESH_SECONDS: Final = 20.0
"""Within one round the topology takes the services from the scan that the list of services made."""


@dataclass(frozen=True, slots=True)
class ServiceScan:
    """Services of one window, and where they live."""

    content: ApmContent
    identities: Identities
    window: TimeRange
    points: Mapping[tuple[str, str], Sequence[ApmTimePoint]]
    """By name and namespace, ascending, in the steps of the grid."""


class Services:
    """Asks for services."""

    def __init__(self, store: TelemetryStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._identities = ServiceIdentities(store, clock)
        self._reading = anyio.Lock()
        self._last: tuple[float, ServiceScan] | None = None

    async def read(self, grid: Grid) -> ServiceScan:
        """Services, operations, the services over the end of the window, and step by step; one scan."""
        async with self._reading:
            return await self._read(grid)

    async def read_for(self, window: TimeRange) -> ServiceScan:
        """The same, or the last scan when that was a moment ago and about a window of this length."""
        async with self._reading:
            if self._last is not None:
                read_on, scan = self._last
                is_fresh = self._clock.monotonic() - read_on < _FRESH_SECONDS
                if is_fresh and abs(scan.window.seconds - window.seconds) < 1:
                    return scan
            return await self._read(Grid.whole(window))

    async def series(self, grid: Grid, service: str = "") -> tuple[ApmServiceTimeSeries, ...]:
        """The services step by step, sorted by name; steps without spans are missing."""
        identities = await self._identities.known(grid.window)
        rows = await self._store.ask(
            "list_service_steps",
            TRACES,
            {**grid.parameters(), "service": service},
            operation="list services over time",
            fragments=fragments_for(identities),
        )
        lines = _lines(rows, identities, grid)
        return tuple(
            ApmServiceTimeSeries(service_name=name, namespace=namespace, points=tuple(lines[name, namespace]))
            for name, namespace in sorted(lines)
        )

    async def _read(self, grid: Grid) -> ServiceScan:
        window = grid.window
        recent_seconds = min(float(OVERVIEW_SECONDS), window.seconds)
        parameters = {
            **grid.parameters(),
            "recent": window.end_at - timedelta(seconds=recent_seconds),
        }
        identities = await self._identities.known(window)
        operation, name = "list services", "list_services"
        rows = await self._store.ask(name, TRACES, parameters, operation=operation, fragments=fragments_for(identities))
        present = {row["service"] for row in rows}
        latest = await self._identities.known(window, present)
        if latest.is_ambiguous != identities.is_ambiguous:
            rows = await self._store.ask(name, TRACES, parameters, operation=operation, fragments=fragments_for(latest))
        services = [row for row in rows if row["is_service"] and row["is_whole"]]
        content = ApmContent(
            services=_sorted([_service(row, latest, window.seconds) for row in services]),
            operations=tuple(
                sorted(
                    (_operation(row, window.seconds) for row in rows if not row["is_service"]),
                    key=lambda one: (one.service_name, one.operation_name),
                )
            ),
            overview=_sorted(
                [_service(_recent(row), latest, recent_seconds) for row in services if row["recent_spans"]]
            ),
        )
        steps = [row for row in rows if not row["is_whole"]]
        scan = ServiceScan(content, latest, window, _lines(steps, latest, grid))
        self._last = (self._clock.monotonic(), scan)
        return scan


def _lines(rows: list[Row], identities: Identities, grid: Grid) -> dict[tuple[str, str], list[ApmTimePoint]]:
    lines: dict[tuple[str, str], list[ApmTimePoint]] = {}
    for row in sorted(rows, key=itemgetter("step")):
        namespace = identities.namespace_of(row["service"], row["namespace"])
        lines.setdefault((row["service"], namespace), []).append(_point(row, grid))
    return lines


def fragments_for(identities: Identities) -> frozenset[Fragment]:
    """A look at the namespace of every span only where a name lives in several."""
    return frozenset({Fragment.NAMESPACE}) if identities.is_ambiguous else frozenset()


def _sorted(services: list[ApmService]) -> tuple[ApmService, ...]:
    return tuple(sorted(services, key=lambda one: (one.namespace, one.name)))


def _recent(row: Row) -> Row:
    """The row about the end of the window."""
    return {**row, **{name.removeprefix("recent_"): value for name, value in row.items() if name.startswith("recent_")}}


def _service(row: Row, identities: Identities, seconds: float) -> ApmService:
    p50_ms, p99_ms = (ms_of_nanos(nanos) for nanos in row["quantiles_ns"])
    return ApmService(
        name=row["service"],
        namespace=identities.namespace_of(row["service"], row["namespace"]),
        environment=identities.environments.get(row["service"], ""),
        span_count=row["spans"],
        error_count=row["errors"],
        success_ratio=ratio(row["spans"] - row["errors"], row["spans"]),
        avg_duration_ms=ms_of_nanos(row["duration_ns"] / row["spans"]),
        p50_ms=p50_ms,
        p99_ms=p99_ms,
        rps=rate(row["spans"], seconds),
    )


def _operation(row: Row, seconds: float) -> OperationStats:
    p50_ms, p99_ms = (ms_of_nanos(nanos) for nanos in row["quantiles_ns"])
    return OperationStats(
        service_name=row["service"],
        operation_name=row["operation"],
        span_count=row["spans"],
        error_count=row["errors"],
        success_ratio=ratio(row["spans"] - row["errors"], row["spans"]),
        avg_duration_ms=ms_of_nanos(row["duration_ns"] / row["spans"]),
        p50_ms=p50_ms,
        p99_ms=p99_ms,
        rps=rate(row["spans"], seconds),
    )


def _point(row: Row, grid: Grid) -> ApmTimePoint:
    return ApmTimePoint(
        timestamp=grid.start_of(row["step"]),
        rps=rate(row["spans"], grid.step_seconds),
        success_ratio=ratio(row["spans"] - row["errors"], row["spans"]),
        avg_ms=ms_of_nanos(row["duration_ns"] / row["spans"]),
        p99_ms=ms_of_nanos(row["quantiles_ns"][-1]),
        error_count=row["errors"],
    )
