"""Answers to questions about the hardware of nodes."""

from collections.abc import Sequence
from typing import Final

from typing_extensions import override

from adapters.clickhouse.dialect import SUMS
from adapters.clickhouse.grid import Grid
from adapters.clickhouse.node_samples import VMSTAT_NAMES, read_samples
from adapters.clickhouse.node_series import read_node_series
from adapters.clickhouse.nodes import node_metrics
from adapters.clickhouse.otel_parts import SAMPLE_LAG_SECONDS
from adapters.clickhouse.store import Home, TelemetryStore
from domain.otel.answers import MetricPoint, NodeHistory
from domain.otel.node_metrics import NodeMetrics
from domain.otel.queries import Period, history_step_seconds
from domain.time_range import TimeRange
from ports.errors import NotFound
from ports.telemetry_queries import NodeMetricQueries

_NOW_SECONDS: Final = 300
_SEARCHED_SECONDS: Final = 900
_STEPS: Final = (30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 86_400)
_POINTS: Final = 120
_OPERATION: Final = "read a metric over time"
_COUNTERS: Final = ("_total", "_count", "_sum", "_bucket")


class ClickHouseNodeMetricQueries(NodeMetricQueries):
    """Asks the tables of metrics."""

    def __init__(self, store: TelemetryStore) -> None:
        self._store = store

    @override
    async def list_nodes(self) -> tuple[NodeMetrics, ...]:
        return node_metrics(await read_samples(self._store, await self._store.window(_NOW_SECONDS, lag_seconds=0.0)))

    @override
    async def get_series(self, addresses: Sequence[str], metric: str, period: Period) -> tuple[MetricPoint, ...]:
        window = await self._window(period)
        step_seconds = next((step for step in _STEPS if step * _POINTS >= window.seconds), _STEPS[-1])
        grid = Grid.aligned(window, step_seconds)
        homes = await self._store.search((metric,), window, longest_seconds=window.seconds)
        rows = []
        if homes:
            parameters = {**grid.parameters(), "name": metric, "nodes": list(addresses)}
            rows = await self._store.ask_at("list_metric_steps", homes[0], parameters, operation=_OPERATION)
        if not rows:
            await self._require_node(addresses)
        figure = "growth" if _is_counter(homes[0] if homes else None, metric) else "level"
        return tuple(MetricPoint(timestamp=grid.start_of(row["step"]), value=round(row[figure], 6)) for row in rows)

    @override
    async def get_history(self, addresses: Sequence[str], period: Period) -> NodeHistory:
        window = await self._window(period)
        grid = Grid.aligned(window, history_step_seconds(window.seconds))
        lines = []
        for address in addresses:
            lines = list(await read_node_series(self._store, grid, address))
            if lines:
                break
        if not lines:
            await self._require_node(addresses)
        points = lines[0].points if lines else ()
        return NodeHistory(
            cpu=tuple(MetricPoint(timestamp=point.timestamp, value=point.cpu_pct) for point in points),
            memory=tuple(MetricPoint(timestamp=point.timestamp, value=point.mem_pct) for point in points),
            disk=tuple(MetricPoint(timestamp=point.timestamp, value=point.disk_pct) for point in points),
            temp=tuple(MetricPoint(timestamp=point.timestamp, value=point.cpu_temp_c) for point in points),
        )

    async def _require_node(self, addresses: Sequence[str]) -> None:
        """Tell a node without such samples from one that nobody knows."""
        window = await self._store.window(_SEARCHED_SECONDS, lag_seconds=0.0)
        known = {one.address for one in await read_samples(self._store, window)}
        if known.isdisjoint(addresses):
            raise NotFound(_OPERATION, f"no node {addresses[0][:64]!r} reports" if addresses else "no node")

    async def _window(self, period: Period) -> TimeRange:
        if period.is_absolute:
            return period.window(await self._store.now())
        return await self._store.window(period.seconds, lag_seconds=SAMPLE_LAG_SECONDS)


def _is_counter(home: Home | None, metric: str) -> bool:
    """Where it is kept tells a counter, and its name where it came without a type."""
    return (home is not None and home.table == SUMS) or metric in VMSTAT_NAMES or metric.endswith(_COUNTERS)
