"""InMemoryOTelParts: the OTel store of the offline world, with the telemetry of a small web shop.

Product code: the demo and the unit tests use it. What it answers follows from a seed, the clock and the addresses of
the nodes; nothing is stored. It can be told to fail or to be slow, which a demo of a dead store and tests need.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from anyio.lowlevel import checkpoint
from typing_extensions import override

from adapters.memory.otel_hardware import read_node, read_point
from adapters.memory.otel_levels import level_series, long_levels, short_levels, topology
from adapters.memory.otel_traces import traces_in
from adapters.memory.otel_traffic import P99, Shop, SimulatedService, Traffic, minutes_of, moment_of
from domain.otel.apm import ApmService, ApmServiceTimeSeries, ApmTimePoint, OperationStats, Topology, TraceSummary
from domain.otel.logs import LogSummary, ServiceCount
from domain.otel.node_metrics import NodeMetricsTimeSeries
from domain.otel.parts import (
    OVERVIEW_SECONDS,
    SLO_WINDOW_PARTS,
    ApmContent,
    LogsContent,
    NodesContent,
    PartName,
    Scan,
    SeriesContent,
    SloContent,
    SloWindow,
)
from domain.otel.slo import SloWindowData
from domain.time_range import TimeRange
from ports.clock import Clock
from ports.errors import PortError
from ports.otel import OTelParts

_SCRAPE_SECONDS = 15
_TOP_SERVICES = 10
_INFO_PER_REQUEST, _DEBUG_PER_REQUEST, _WARN_PER_ERROR = 2.0, 0.3, 1.7


class InMemoryOTelParts(OTelParts):
    """Telemetry of a simulated shop and of the nodes below it."""

    def __init__(self, clock: Clock, node_addresses: Callable[[], Sequence[str]], *, shop: Shop | None = None) -> None:
        """Nothing happens until it is asked.

        Args:
            clock: whose time the simulation follows.
            node_addresses: the addresses of the cluster's nodes at the moment of asking.
            shop: the services and the seed.
        """
        self._clock = clock
        self._node_addresses = node_addresses
        self._shop = shop or Shop()
        self._failures: dict[PartName, PortError] = {}
        self._delay_seconds = 0.0
        self.asked: Counter[PartName] = Counter()
        """How often each part was asked for."""

    def fail_with(self, error: PortError | None, *parts: PartName) -> None:
        """From now on answer with this error: these parts, or all of them when none is named. None: answer again."""
        for part in parts or tuple(PartName):
            if error is None:
                self._failures.pop(part, None)
            else:
                self._failures[part] = error

    def slow_down(self, seconds: float) -> None:
        """From now on take this long to answer."""
        self._delay_seconds = seconds

    def services_over(self, window: TimeRange) -> tuple[ApmService, ...]:
        """The services in any window."""
        services = sorted(self._shop.services, key=lambda service: (service.namespace, service.name))
        return tuple(self._service(service, window) for service in services)

    def operations_over(self, window: TimeRange) -> tuple[OperationStats, ...]:
        """Their operations."""
        services = sorted(self._shop.services, key=lambda service: service.name)
        return tuple(stats for service in services for stats in self._operations(service, window))

    def points_of(self, name: str, start_at: datetime, step_seconds: int) -> list[ApmTimePoint]:
        """One service in one step; nothing where there is no such service."""
        end_at = start_at + timedelta(seconds=step_seconds)
        return [
            _apm_point(self._shop.over(service, start_at, end_at), start_at)
            for service in self._shop.services
            if service.name == name
        ]

    @override
    async def apm(self, window_seconds: int) -> Scan[ApmContent]:
        window = await self._open(PartName.APM, window_seconds)
        overview = TimeRange.last(min(OVERVIEW_SECONDS, window_seconds), window.end_at)
        content = ApmContent(
            services=self.services_over(window),
            operations=self.operations_over(window),
            overview=self.services_over(overview),
        )
        return Scan(content=content, window=window)

    @override
    async def topology(self, window_seconds: int) -> Scan[Topology]:
        window = await self._open(PartName.TOPOLOGY, window_seconds)
        return Scan(content=topology(self._shop, window), window=window)

    @override
    async def slo(self, window_seconds: int) -> Scan[SloContent]:
        window = await self._open(PartName.SLO, window_seconds)
        return Scan(content=short_levels(self._shop, window), window=window)

    @override
    async def nodes(self, window_seconds: int) -> Scan[NodesContent]:
        window = await self._open(PartName.NODES, window_seconds)
        scraped_at = window.end_at - timedelta(seconds=window.end_at.timestamp() % _SCRAPE_SECONDS)
        nodes = (read_node(self._shop.seed, address, scraped_at) for address in sorted(self._node_addresses()))
        return Scan(content=NodesContent(nodes=tuple(nodes)), window=window)

    @override
    async def logs(self, window_seconds: int) -> Scan[LogsContent]:
        window = await self._open(PartName.LOGS, window_seconds)
        severities: Counter[str] = Counter()
        services: Counter[str] = Counter()
        for service in self._shop.services:
            entries = _entries(self._shop.over(service, window.start_at, window.end_at))
            severities.update(entries)
            services[service.name] = entries.total()
        summary = LogSummary(
            total_entries=severities.total(),
            severity_counts={severity: count for severity, count in sorted(severities.items()) if count},
            top_services=tuple(
                ServiceCount(service=name, count=count) for name, count in services.most_common(_TOP_SERVICES) if count
            ),
            latest_at=window.end_at if severities.total() else window.start_at,
        )
        return Scan(content=LogsContent(summary=summary), window=window)

    @override
    async def recent_traces(self, window_seconds: int, limit: int) -> Scan[tuple[TraceSummary, ...]]:
        window = await self._open(PartName.RECENT_TRACES, window_seconds)
        newest = (trace for trace, _ in zip(traces_in(self._shop, window), range(limit), strict=False))
        return Scan(content=tuple(newest), window=window)

    @override
    async def series(self, window_seconds: int) -> Scan[SeriesContent]:
        window = await self._open(PartName.SERIES, window_seconds)
        minutes = minutes_of(window.start_at, window.end_at)
        moments = [moment_of(minute) for minute in minutes]
        content = SeriesContent(
            nodes=tuple(
                NodeMetricsTimeSeries(
                    node_name=address,
                    points=tuple(read_point(self._shop.seed, address, at) for at in moments),
                )
                for address in sorted(self._node_addresses())
                if moments
            ),
            slo=level_series(self._shop, window),
            apm=tuple(
                ApmServiceTimeSeries(
                    service_name=service.name,
                    namespace=service.namespace,
                    points=tuple(
                        _apm_point(self._shop.minute(service, minute), moment_of(minute)) for minute in minutes
                    ),
                )
                for service in sorted(self._shop.services, key=lambda service: service.name)
                if moments
            ),
        )
        return Scan(content=content, window=window)

    @override
    async def slo_window(self, window: SloWindow) -> Scan[SloWindowData]:
        covered = await self._open(SLO_WINDOW_PARTS[window], window.length_seconds)
        return Scan(content=long_levels(self._shop, window, covered), window=covered)

    async def _open(self, part: PartName, window_seconds: int) -> TimeRange:
        """What every question begins with: the time it takes, the failure that was ordered, the window."""
        self.asked[part] += 1
        await checkpoint()
        await self._clock.sleep(self._delay_seconds)
        if part in self._failures:
            raise self._failures[part]
        return TimeRange.last(window_seconds, self._clock.now())

    def _service(self, service: SimulatedService, window: TimeRange) -> ApmService:
        traffic = self._shop.over(service, window.start_at, window.end_at)
        return ApmService(
            name=service.name,
            namespace=service.namespace,
            environment="demo",
            span_count=traffic.requests,
            error_count=traffic.errors,
            success_ratio=round(traffic.success_ratio, 4),
            avg_duration_ms=round(traffic.avg_ms, 2),
            p50_ms=round(traffic.median_ms, 2),
            p99_ms=round(traffic.quantile_ms(P99), 2),
            rps=round(traffic.rps, 3),
        )

    def _operations(self, service: SimulatedService, window: TimeRange) -> list[OperationStats]:
        """The service's traffic, split among its operations: the first has most of it, nothing is lost."""
        traffic = self._shop.over(service, window.start_at, window.end_at)
        left, left_errors, stats = traffic.requests, traffic.errors, []
        names = service.operations
        for number, name in enumerate(names):
            is_last = number == len(names) - 1
            count = left if is_last else left // 2
            errors = left_errors if is_last else min(count, left_errors // 2)
            left, left_errors = left - count, left_errors - errors
            median_ms = traffic.median_ms * (0.8 + 0.15 * number)
            one = Traffic(seconds=traffic.seconds, requests=count, errors=min(count, errors), median_ms=median_ms)
            stats.append(_stats(service.name, name, one))
        return sorted(stats, key=lambda one: one.operation_name)


def _stats(service_name: str, operation_name: str, traffic: Traffic) -> OperationStats:
    return OperationStats(
        service_name=service_name,
        operation_name=operation_name,
        span_count=traffic.requests,
        error_count=traffic.errors,
        success_ratio=round(traffic.success_ratio, 4),
        avg_duration_ms=round(traffic.avg_ms, 2),
        p50_ms=round(traffic.median_ms, 2),
        p99_ms=round(traffic.quantile_ms(P99), 2),
        rps=round(traffic.rps, 3),
    )


def _apm_point(traffic: Traffic, start_at: datetime) -> ApmTimePoint:
    return ApmTimePoint(
        timestamp=start_at,
        rps=round(traffic.rps, 3),
        success_ratio=round(traffic.success_ratio, 4),
        avg_ms=round(traffic.avg_ms, 2),
        p99_ms=round(traffic.quantile_ms(P99), 2),
        error_count=traffic.errors,
    )


def _entries(traffic: Traffic) -> Counter[str]:
    return Counter(
        INFO=round(traffic.requests * _INFO_PER_REQUEST),
        DEBUG=round(traffic.requests * _DEBUG_PER_REQUEST),
        WARN=round(traffic.errors * _WARN_PER_ERROR),
        ERROR=traffic.errors,
    )
