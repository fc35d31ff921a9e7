"""Service levels in the mesh, from the counters of its proxies.

Two sources describe the same requests: Linkerd's own metrics, and neutral ones that a collector renames them to. One
is used, never both added: the neutral one where it is present. Latencies are chosen on their own, since their
histogram is often dropped on the way.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from adapters.clickhouse.grid import Grid
from adapters.clickhouse.histogram import Histograms, from_cumulative
from adapters.clickhouse.ingress import counted, status_codes
from adapters.clickhouse.rounding import percent, rate
from adapters.clickhouse.runner import Row
from adapters.clickhouse.store import Home, TelemetryStore
from domain.otel.slo import ServiceEdge, ServiceSlo, SloTimePoint

_REQUESTS: Final = ("mesh_request_total", "response_total", "request_total")
"""Preferred first. The last one counts requests without their outcome."""
_LATENCIES: Final = ("mesh_request_duration_ms_bucket", "response_latency_ms_bucket")
_INBOUND: Final = "inbound"
_NO_CODE: Final = "unknown"

Workload = tuple[str, str]
"""Namespace and name."""


@dataclass(slots=True)
class MeshStep:
    """Requests of one workload, or between two, in one step or in several added up."""

    codes: Counter[str] = field(default_factory=Counter)
    mtls_requests: int = 0
    is_mtls: bool = False
    cumulative: Counter[float] = field(default_factory=Counter)
    """Observations up to each bound, in milliseconds."""

    @property
    def requests(self) -> int:
        """All of them."""
        return self.codes.total()

    @property
    def success_percent(self) -> float:
        """Share that was not answered with 5xx; 100 without requests."""
        errors = sum(count for code, count in self.codes.items() if code.startswith("5"))
        return round(100.0 - percent(errors, self.requests), 3)

    def latencies(self) -> Histograms:
        """What was observed."""
        histograms = Histograms()
        if self.cumulative:
            histograms.add(*from_cumulative(sorted(self.cumulative.items())))
        return histograms

    def add(self, other: "MeshStep") -> None:
        """Add another step of the same."""
        self.codes.update(other.codes)
        self.cumulative.update(other.cumulative)
        self.mtls_requests += other.mtls_requests
        self.is_mtls = self.is_mtls or other.is_mtls


@dataclass(slots=True)
class MeshLevels:
    """Workloads and edges of the mesh, step by step."""

    grid: Grid
    services: dict[Workload, dict[int, MeshStep]] = field(default_factory=dict)
    edges: dict[tuple[Workload, Workload], MeshStep] = field(default_factory=dict)

    def slos(self) -> tuple[ServiceSlo, ...]:
        """Levels of the workloads, sorted by namespace and name."""
        seconds = self.grid.window.seconds
        return tuple(_slo(workload, _total(self.services[workload]), seconds) for workload in sorted(self.services))

    def edge_slos(self) -> tuple[ServiceEdge, ...]:
        """Who asks whom, sorted by source and destination."""
        seconds = self.grid.window.seconds
        return tuple(
            ServiceEdge(
                src_namespace=source[0],
                src_name=source[1],
                dst_namespace=destination[0],
                dst_name=destination[1],
                rps=rate(step.requests, seconds),
                success_percent=step.success_percent,
                avg_ms=0.0,
            )
            for (source, destination), step in sorted(self.edges.items())
        )

    def points(self) -> dict[str, tuple[SloTimePoint, ...]]:
        """Points by `namespace/name`, ascending."""
        return {
            f"{namespace}/{name}": tuple(_point(self.grid, number, steps[number]) for number in sorted(steps))
            for (namespace, name), steps in self.services.items()
        }

    @property
    def inbound_requests(self) -> float:
        """Requests that reached workloads."""
        return float(sum(step.requests for steps in self.services.values() for step in steps.values()))

    @property
    def mtls_requests(self) -> float:
        """Those of them that came over mutual TLS."""
        return float(sum(step.mtls_requests for steps in self.services.values() for step in steps.values()))


async def read_mesh(store: TelemetryStore, grid: Grid, *, is_long: bool = False) -> MeshLevels:
    """The levels of a window; for long windows with statements that keep little in the server's memory."""
    homes = await store.homes((*_REQUESTS, *_LATENCIES), grid.window)
    levels = MeshLevels(grid)
    parameters: dict[str, Any] = {**grid.parameters(), "only": []}
    if (home := _preferred(homes, _REQUESTS)) is not None:
        bound = {**parameters, "name": home.metric}
        for row in await counted(store, "list_mesh_requests", home, bound, is_long=is_long):
            _count(levels, row)
    if homes and not (levels.services or is_long):
        store.forget((*_REQUESTS, *_LATENCIES))
    if levels.services and (home := _preferred(homes, _LATENCIES)) is not None:
        bound = {**parameters, "name": home.metric}
        for row in await counted(store, "list_mesh_latencies", home, bound, is_long=is_long):
            steps = levels.services.get((row["namespace"], row["workload"]))
            if steps is not None:
                step = steps.setdefault(row["step"], MeshStep())
                for bound_ms, observations in row["cumulative"]:
                    step.cumulative[bound_ms] += round(observations)
    return levels


def _preferred(homes: tuple[Home, ...], metrics: tuple[str, ...]) -> Home | None:
    """Where the first of these metrics is that has samples; the newest place of it."""
    for metric in metrics:
        for home in homes:
            if home.metric == metric:
                return home
    return None


def _count(levels: MeshLevels, row: Row) -> None:
    workload = (row["namespace"], row["workload"])
    if row["direction"] == _INBOUND:
        step = levels.services.setdefault(workload, {}).setdefault(row["step"], MeshStep())
    else:
        step = levels.edges.setdefault((workload, (row["dst_namespace"], row["dst_workload"])), MeshStep())
    requests = round(row["requests"])
    step.codes[row["code"] or _NO_CODE] += requests
    if row["is_mtls"]:
        step.is_mtls = True
        step.mtls_requests += requests


def _total(steps: dict[int, MeshStep]) -> MeshStep:
    total = MeshStep()
    for step in steps.values():
        total.add(step)
    return total


def _slo(workload: Workload, total: MeshStep, seconds: float) -> ServiceSlo:
    observed = total.latencies().shown()
    return ServiceSlo(
        namespace=workload[0],
        name=workload[1],
        rps=rate(total.requests, seconds),
        success_percent=total.success_percent,
        p50_ms=observed.quantile_ms(0.5),
        p90_ms=observed.quantile_ms(0.9),
        p99_ms=observed.quantile_ms(0.99),
        mtls_enabled=total.is_mtls,
        status_codes=status_codes(total.codes),
        latency_buckets=observed.buckets() if observed.total else (),
    )


def _point(grid: Grid, number: int, step: MeshStep) -> SloTimePoint:
    observed = step.latencies().shown()
    return SloTimePoint(
        timestamp=grid.start_of(number),
        rps=rate(step.requests, grid.step_seconds),
        success_percent=step.success_percent,
        p50_ms=observed.quantile_ms(0.5),
        p99_ms=observed.quantile_ms(0.99),
        error_percent=round(100.0 - step.success_percent, 3),
    )
