"""Service levels in the mesh, from the counters of its proxies.

Two sources describe the same requests: Linkerd's own metrics, and neutral ones that a collector renames them to. One
is used, never both added: the neutral one where it is present. Latencies are chosen on their own, since their
histogram is often dropped on the way.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isnan
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
_BUCKET: Final = "_bucket"
_SUM: Final = "_sum"
_NAMES: Final = (*_REQUESTS, *_LATENCIES, *(name.removesuffix(_BUCKET) + _SUM for name in _LATENCIES))
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
    observed_ms: float = 0.0
    """Sum of what was observed; 0 where the source does not tell."""

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

    @property
    def mean_ms(self) -> float:
        """Mean latency: exact where the source tells the sum, else estimated from the buckets; 0 when unknown."""
        observed = self.latencies().shown()
        if self.observed_ms > 0 and observed.total > 0:
            return round(self.observed_ms / observed.total, 2)
        return observed.estimated_mean_ms

    def add(self, other: "MeshStep") -> None:
        """Add another step of the same."""
        self.observed_ms += other.observed_ms
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
                avg_ms=step.mean_ms,
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
    """The levels of a window; for long windows with a statement that keeps little in the server's memory.

    One statement, and another one where requests and latencies are kept in different tables.
    """
    homes = await store.homes(_NAMES, grid.window)
    levels = MeshLevels(grid)
    requests = _preferred(homes, _REQUESTS)
    if requests is None:
        return levels
    rows: list[Row] = []
    for home, names in _by_table([requests, *_latency_homes(homes)]):
        parameters: dict[str, Any] = {**grid.parameters(), "only": [], "names": names, "requests": requests.metric}
        rows += await counted(store, "list_mesh", home, parameters, is_long=is_long)
    for row in rows:
        if row["metric"] == requests.metric:
            _count(levels, row)
    if not (levels.services or is_long):
        store.forget(_NAMES)
    for row in rows:
        if row["metric"] != requests.metric:
            _observe(levels, row)
    return levels


def _latency_homes(homes: tuple[Home, ...]) -> list[Home]:
    """Where the buckets are, and the sums of the same histogram beside them."""
    buckets = _preferred(homes, _LATENCIES)
    if buckets is None:
        return []
    sums = buckets.metric.removesuffix(_BUCKET) + _SUM
    return [home for home in homes if home.table == buckets.table and home.metric in {buckets.metric, sums}]


def _by_table(homes: list[Home]) -> Iterator[tuple[Home, list[str]]]:
    """For each table the metrics that are read from it, and a home for all of them."""
    for table in sorted({home.table for home in homes}):
        here = [home for home in homes if home.table == table]
        names = sorted({home.metric for home in here})
        yield Home(names[0], table, tuple(sorted({job for home in here for job in home.jobs}))), names


def _preferred(homes: tuple[Home, ...], metrics: tuple[str, ...]) -> Home | None:
    """Where the first of these metrics is that has samples; the newest place of it."""
    for metric in metrics:
        for home in homes:
            if home.metric == metric:
                return home
    return None


def _count(levels: MeshLevels, row: Row) -> None:
    workload, peer = _ends(row)
    if row["direction"] == _INBOUND:
        step = levels.services.setdefault(workload, {}).setdefault(row["step"], MeshStep())
    else:
        step = levels.edges.setdefault((workload, peer), MeshStep())
    requests = round(row["increase"])
    step.codes[row["code"] or _NO_CODE] += requests
    if row["is_mtls"]:
        step.is_mtls = True
        step.mtls_requests += requests


def _observe(levels: MeshLevels, row: Row) -> None:
    """Latencies of what is known by its requests."""
    workload, peer = _ends(row)
    if row["direction"] == _INBOUND:
        steps = levels.services.get(workload)
        step = None if steps is None else steps.setdefault(row["step"], MeshStep())
    else:
        step = levels.edges.get((workload, peer))
    if step is None:
        return
    if row["metric"].endswith(_SUM):
        step.observed_ms += row["increase"]
    for bound, observations in row["cumulative"].items():
        step.cumulative[_bound_ms(bound)] += round(observations)


def _ends(row: Row) -> tuple[Workload, Workload]:
    return (row["namespace"], row["workload"]), (row["dst_namespace"], row["dst_workload"])


def _bound_ms(text: str) -> float:
    """Upper bound of a bucket; what is no number counts as none, which nothing lies below."""
    try:
        bound_ms = float(text)
    except ValueError:
        return 0.0
    return 0.0 if isnan(bound_ms) else bound_ms


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
