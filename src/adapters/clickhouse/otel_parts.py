"""ClickHouseOTelParts: the parts of the OTel summary, read from the exporter's tables.

A short window costs a constant number of statements, however many nodes and services there are. What the part with the
lines of the last hour needs is told to it by the others, which read it anyway.
"""

from dataclasses import replace
from typing import Final

from typing_extensions import override

from adapters.clickhouse.calls import read_topology
from adapters.clickhouse.grid import Grid
from adapters.clickhouse.ingress import read_ingress
from adapters.clickhouse.logs import read_logs
from adapters.clickhouse.mesh import read_mesh
from adapters.clickhouse.node_samples import read_samples
from adapters.clickhouse.nodes import node_metrics
from adapters.clickhouse.series import SeriesBook
from adapters.clickhouse.services import Services
from adapters.clickhouse.store import TelemetryStore
from adapters.clickhouse.traces import read_recent_traces
from domain.otel.apm import Topology, TraceSummary
from domain.otel.parts import ApmContent, LogsContent, NodesContent, Scan, SeriesContent, SloContent, SloWindow
from domain.otel.slo import SloWindowData
from domain.time_range import TimeRange
from ports.clock import Clock
from ports.otel import OTelParts

SPAN_LAG_SECONDS: Final = 5.0
"""How far back windows of spans and logs end: a call whose served span is still on its way would look like one to a
host outside."""
SAMPLE_LAG_SECONDS: Final = 10.0
"""The same for metrics: a scrape is written some seconds after it was made."""
_LONG_LOOKBACK_SECONDS: Final = 600


class ClickHouseOTelParts(OTelParts):
    """Reads the parts."""

    def __init__(self, store: TelemetryStore, clock: Clock) -> None:
        self._store = store
        self._services = Services(store, clock)
        self._series = SeriesBook(store, self._services)

    @override
    async def apm(self, window_seconds: int) -> Scan[ApmContent]:
        async with self._series.apm.reading:
            window = await self._store.window(window_seconds, lag_seconds=SPAN_LAG_SECONDS)
            grid = Grid.over_minutes(window)
            scan = await self._services.read(grid)
            self._series.learn_services(scan, grid)
        return Scan(content=scan.content, window=window)

    @override
    async def topology(self, window_seconds: int) -> Scan[Topology]:
        window = await self._store.window(window_seconds, lag_seconds=SPAN_LAG_SECONDS)
        return Scan(content=await read_topology(self._store, self._services, window), window=window)

    @override
    async def slo(self, window_seconds: int) -> Scan[SloContent]:
        async with self._series.levels.reading:
            window = await self._store.window(window_seconds, lag_seconds=SAMPLE_LAG_SECONDS)
            grid = Grid.over_minutes(window)
            ingress, mesh = await read_ingress(self._store, grid), await read_mesh(self._store, grid)
            self._series.learn_levels(ingress, mesh)
        content = SloContent(
            ingress=ingress.slos(grid.steps(), window.seconds),
            services=mesh.slos(),
            edges=mesh.edge_slos(),
            inbound_requests=mesh.inbound_requests,
            mtls_requests=mesh.mtls_requests,
        )
        return Scan(content=content, window=window)

    @override
    async def nodes(self, window_seconds: int) -> Scan[NodesContent]:
        async with self._series.nodes.reading:
            window = await self._store.window(window_seconds, lag_seconds=0.0)
            grid = Grid.over_minutes(window)
            samples = await read_samples(self._store, window, grid)
            self._series.learn_nodes(samples, grid)
        return Scan(content=NodesContent(nodes=node_metrics(samples)), window=window)

    @override
    async def logs(self, window_seconds: int) -> Scan[LogsContent]:
        window = await self._store.window(window_seconds, lag_seconds=SPAN_LAG_SECONDS)
        return Scan(content=await read_logs(self._store, window), window=window)

    @override
    async def recent_traces(self, window_seconds: int, limit: int) -> Scan[tuple[TraceSummary, ...]]:
        window = await self._store.window(window_seconds, lag_seconds=SPAN_LAG_SECONDS)
        return Scan(content=await read_recent_traces(self._store, window, limit), window=window)

    @override
    async def series(self, window_seconds: int) -> Scan[SeriesContent]:
        window = await self._store.window(window_seconds, lag_seconds=SAMPLE_LAG_SECONDS)
        return Scan(content=await self._series.read(window), window=window)

    @override
    async def slo_window(self, window: SloWindow) -> Scan[SloWindowData]:
        covered = await self._store.window(window.length_seconds, lag_seconds=SAMPLE_LAG_SECONDS)
        steps = window.length_seconds // window.bucket_seconds
        both = TimeRange.last(2 * window.length_seconds, covered.end_at)
        grid = Grid(window=both, step_seconds=window.bucket_seconds, lookback_seconds=_LONG_LOOKBACK_SECONDS)
        ingress = await read_ingress(self._store, grid, is_long=True)
        whole = replace(Grid.whole(covered), lookback_seconds=_LONG_LOOKBACK_SECONDS)
        mesh = await read_mesh(self._store, whole, is_long=True)
        content = SloWindowData(
            current=ingress.slos(range(steps, 2 * steps), window.length_seconds),
            previous=ingress.slos(range(steps), window.length_seconds),
            history=ingress.history(range(steps, 2 * steps)),
            mesh_services=mesh.slos(),
            mesh_edges=mesh.edge_slos(),
        )
        return Scan(content=content, window=covered)
