"""Service levels behind the ingress, from the counters and histograms of the ingress controller."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from adapters.clickhouse.dialect import HISTOGRAMS
from adapters.clickhouse.grid import Grid
from adapters.clickhouse.histogram import Histograms
from adapters.clickhouse.rounding import percent, rate
from adapters.clickhouse.runner import Row
from adapters.clickhouse.store import Home, TelemetryStore
from domain.otel.slo import IngressSlo, MethodCount, SloHistoryPoint, SloTimePoint, StatusCodeCount
from ports.errors import NotFound

_REQUESTS: Final = "traefik_service_requests_total"
_DURATIONS: Final = "traefik_service_request_duration_seconds"
_MS: Final = 1000.0
_OPERATION: Final = "read service levels of the ingress"


@dataclass(slots=True)
class IngressStep:
    """One service in one step, or in several added up."""

    codes: Counter[str] = field(default_factory=Counter)
    methods: Counter[str] = field(default_factory=Counter)
    latencies: Histograms = field(default_factory=Histograms)

    @property
    def requests(self) -> int:
        """All of them."""
        return self.codes.total()

    @property
    def errors(self) -> int:
        """Those answered with 5xx."""
        return sum(count for code, count in self.codes.items() if code.startswith("5"))

    def add(self, other: "IngressStep") -> None:
        """Add another step of the same service."""
        self.codes.update(other.codes)
        self.methods.update(other.methods)
        for bounds, one in other.latencies.by_bounds.items():
            self.latencies.add(bounds, one.counts, one.sum_ms)


@dataclass(slots=True)
class IngressLevels:
    """Services behind the ingress, step by step."""

    grid: Grid
    steps: dict[str, dict[int, IngressStep]] = field(default_factory=dict)
    """By service key, then by step. Steps without a sample are missing."""

    def at(self, service_key: str, step: int) -> IngressStep:
        """One step; created when it is missing."""
        return self.steps.setdefault(service_key, {}).setdefault(step, IngressStep())

    def slos(self, steps: range, seconds: float) -> tuple[IngressSlo, ...]:
        """Service levels over some of the steps, sorted by key."""
        return tuple(_slo(key, _over(self.steps[key], steps), seconds) for key in sorted(self.steps))

    def points(self) -> dict[str, tuple[SloTimePoint, ...]]:
        """Points by service key, ascending."""
        return {
            key: tuple(_point(self.grid, step, steps[step]) for step in sorted(steps))
            for key, steps in self.steps.items()
        }

    def history(self, steps: range) -> tuple[SloHistoryPoint, ...]:
        """These steps of every service, ascending by time, then key; steps without a sample are missing."""
        return tuple(
            _history_point(self.grid, step, key, self.steps[key][step])
            for step in steps
            for key in sorted(self.steps)
            if step in self.steps[key]
        )


async def read_ingress(store: TelemetryStore, grid: Grid, *, is_long: bool = False) -> IngressLevels:
    """The levels of a window; for long windows with statements that keep little in the server's memory."""
    home = await _home(store, grid)
    levels = IngressLevels(grid)
    if home is None:
        return levels
    parameters: dict[str, Any] = {**grid.parameters(), "name": _REQUESTS, "only": []}
    for row in await counted(store, "list_ingress_requests", home, parameters, is_long=is_long):
        step = levels.at(row["service_key"], row["step"])
        requests = round(row["requests"])
        step.codes[row["code"]] += requests
        step.methods[row["method"]] += requests
    if not levels.steps and not is_long:
        store.forget((_REQUESTS,))
    durations = Home(_DURATIONS, HISTOGRAMS, home.jobs)
    try:
        rows = await counted(
            store, "list_ingress_latencies", durations, {**parameters, "name": _DURATIONS}, is_long=is_long
        )
    except NotFound:
        rows = []
    for row in rows:
        bounds_ms = tuple(round(bound * _MS, 6) for bound in row["bounds"])
        if row["counts"]:
            latencies = levels.at(row["service_key"], row["step"]).latencies
            latencies.add(bounds_ms, row["counts"], row["seconds"] * _MS)
    return levels


async def counted(
    store: TelemetryStore, name: str, home: Home, parameters: dict[str, Any], *, is_long: bool
) -> list[Row]:
    """Rows of a statement about counters.

    The one for long windows leaves out series that fell without a new start; these are read point by point and added.
    """
    if not is_long:
        return await store.ask_at(name, home, parameters, operation=_OPERATION)
    rows = await store.ask_at(f"{name}_long", home, parameters, operation=_OPERATION)
    suspects = sorted(_suspects(rows))
    if suspects:
        rows += await store.ask_at(name, home, {**parameters, "only": suspects}, operation=_OPERATION)
    return rows


def _suspects(rows: Iterable[Row]) -> set[int]:
    return {series for row in rows for series in row["suspects"]}


async def _home(store: TelemetryStore, grid: Grid) -> Home | None:
    homes = await store.homes((_REQUESTS,), grid.window)
    return homes[0] if homes else None


def _over(steps: dict[int, IngressStep], wanted: range) -> IngressStep:
    total = IngressStep()
    for number, step in steps.items():
        if number in wanted:
            total.add(step)
    return total


def status_codes(codes: Counter[str]) -> tuple[StatusCodeCount, ...]:
    """Counts by code, sorted, without those that did not occur."""
    return tuple(StatusCodeCount(code=code, count=count) for code, count in sorted(codes.items()) if count)


def _slo(key: str, total: IngressStep, seconds: float) -> IngressSlo:
    observed = total.latencies.shown()
    error_percent = percent(total.errors, total.requests)
    return IngressSlo(
        service_key=key,
        display_name=key,
        rps=rate(total.requests, seconds),
        success_percent=round(100.0 - error_percent, 3),
        error_percent=error_percent,
        p50_ms=observed.quantile_ms(0.5),
        p90_ms=observed.quantile_ms(0.9),
        p95_ms=observed.quantile_ms(0.95),
        p99_ms=observed.quantile_ms(0.99),
        avg_ms=observed.mean_ms,
        status_codes=status_codes(total.codes),
        total_requests=total.requests,
        total_errors=total.errors,
        latency_buckets=observed.buckets() if observed.total else (),
        methods=tuple(
            MethodCount(method=method, count=count) for method, count in sorted(total.methods.items()) if count
        ),
    )


def _point(grid: Grid, step: int, levels: IngressStep) -> SloTimePoint:
    observed = levels.latencies.shown()
    error_percent = percent(levels.errors, levels.requests)
    return SloTimePoint(
        timestamp=grid.start_of(step),
        rps=rate(levels.requests, grid.step_seconds),
        success_percent=round(100.0 - error_percent, 3),
        p50_ms=observed.quantile_ms(0.5),
        p99_ms=observed.quantile_ms(0.99),
        error_percent=error_percent,
    )


def _history_point(grid: Grid, step: int, key: str, levels: IngressStep) -> SloHistoryPoint:
    observed = levels.latencies.shown()
    error_percent = percent(levels.errors, levels.requests)
    return SloHistoryPoint(
        timestamp=grid.start_of(step),
        service_key=key,
        availability_percent=round(100.0 - error_percent, 3),
        rps=rate(levels.requests, grid.step_seconds),
        error_percent=error_percent,
        p95_ms=observed.quantile_ms(0.95),
        p99_ms=observed.quantile_ms(0.99),
        total_requests=levels.requests,
    )
