"""Hardware and service levels of the simulated cluster, on demand."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from anyio.lowlevel import checkpoint
from typing_extensions import override

from adapters.memory.otel_hardware import read_node, read_point
from adapters.memory.otel_levels import service_key, short_levels
from adapters.memory.otel_traffic import P99, Shop
from domain.otel.answers import LevelPoint, MetricPoint, NodeHistory
from domain.otel.node_metrics import NodeMetrics, NodeMetricsPoint
from domain.otel.parts import SloContent
from domain.otel.queries import LEVEL_STEP_SECONDS, Period, history_step_seconds
from domain.time_range import TimeRange
from ports.clock import Clock
from ports.errors import NotFound
from ports.telemetry_queries import NodeMetricQueries, SloQueries

_SCRAPE_SECONDS: Final = 15
_SERIES_STEP_SECONDS: Final = 30
_METRICS: Final[dict[str, Callable[[NodeMetricsPoint], float]]] = {
    "node_load1": lambda point: point.load1,
    "node_load5": lambda point: point.load5,
    "node_load15": lambda point: point.load15,
    "node_hwmon_temp_celsius": lambda point: point.cpu_temp_c,
    "node_network_receive_bytes_total": lambda point: point.net_rx_bytes_per_sec,
    "node_network_transmit_bytes_total": lambda point: point.net_tx_bytes_per_sec,
    "node_netstat_Tcp_CurrEstab": lambda point: float(point.tcp_estab),
}
"""The metrics that the simulation knows by the names of their exporter."""


class InMemoryNodeMetricQueries(NodeMetricQueries):
    """Nodes by their addresses."""

    def __init__(self, clock: Clock, node_addresses: Callable[[], Sequence[str]], *, seed: int = 1) -> None:
        self._clock = clock
        self._node_addresses = node_addresses
        self._seed = seed

    @override
    async def list_nodes(self) -> tuple[NodeMetrics, ...]:
        await checkpoint()
        now = self._clock.now()
        at = now - timedelta(seconds=now.timestamp() % _SCRAPE_SECONDS)
        return tuple(read_node(self._seed, address, at) for address in sorted(self._node_addresses()))

    @override
    async def get_series(self, addresses: Sequence[str], metric: str, period: Period) -> tuple[MetricPoint, ...]:
        await checkpoint()
        address = self._known(addresses)
        figure = _METRICS.get(metric)
        if figure is None:
            return ()
        window = period.window(self._clock.now())
        return tuple(
            MetricPoint(timestamp=at, value=figure(read_point(self._seed, address, at)))
            for at in _steps(window, max(_SERIES_STEP_SECONDS, int(window.seconds / 120)))
        )

    @override
    async def get_history(self, addresses: Sequence[str], period: Period) -> NodeHistory:
        await checkpoint()
        address = self._known(addresses)
        window = period.window(self._clock.now())
        points = [
            (at, read_point(self._seed, address, at)) for at in _steps(window, history_step_seconds(window.seconds))
        ]
        return NodeHistory(
            cpu=tuple(MetricPoint(timestamp=at, value=point.cpu_pct) for at, point in points),
            memory=tuple(MetricPoint(timestamp=at, value=point.mem_pct) for at, point in points),
            disk=tuple(MetricPoint(timestamp=at, value=point.disk_pct) for at, point in points),
            temp=tuple(MetricPoint(timestamp=at, value=point.cpu_temp_c) for at, point in points),
        )

    def _known(self, addresses: Sequence[str]) -> str:
        for address in addresses:
            if address in self._node_addresses():
                return address
        raise NotFound("read a metric over time", f"no node {addresses[0][:64]!r} reports" if addresses else "no node")


class InMemorySloQueries(SloQueries):
    """Levels of the simulated shop."""

    def __init__(self, clock: Clock, *, shop: Shop | None = None) -> None:
        self._clock = clock
        self._shop = shop or Shop()

    @override
    async def get_levels(self, period: Period) -> SloContent:
        await checkpoint()
        return short_levels(self._shop, period.window(self._clock.now()))

    @override
    async def get_series(self, name: str, period: Period) -> tuple[LevelPoint, ...]:
        await checkpoint()
        for service in self._shop.services:
            names = {service.name, f"{service.namespace}/{service.name}"}
            if name in names or (service.ingress_rps > 0 and name == service_key(service)):
                window, points = period.window(self._clock.now()), []
                for at in _steps(window, LEVEL_STEP_SECONDS):
                    traffic = self._shop.over(service, at, at + timedelta(seconds=LEVEL_STEP_SECONDS))
                    points.append(
                        LevelPoint(
                            timestamp=at,
                            rps=round(traffic.rps, 3),
                            success_percent=round(100 * traffic.success_ratio, 3),
                            p50_ms=round(traffic.median_ms, 2),
                            p99_ms=round(traffic.quantile_ms(P99), 2),
                        )
                    )
                return tuple(points)
        raise NotFound("read a service level", f"no service {name[:64]!r} has one")


def _steps(window: TimeRange, step_seconds: int) -> Iterator[datetime]:
    """Starts of the steps that begin in a window, aligned."""
    start = -int(-window.start_at.timestamp() // step_seconds) * step_seconds
    while start < window.end_at.timestamp():
        yield datetime.fromtimestamp(start, window.start_at.tzinfo)
        start += step_seconds
