"""The series part: told by the other parts what they read anyway, and read on its own only where they have not."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from adapters.clickhouse.grid import Grid
from adapters.clickhouse.ingress import IngressLevels, read_ingress
from adapters.clickhouse.mesh import MeshLevels, read_mesh
from adapters.clickhouse.minute_lines import MinuteLines
from adapters.clickhouse.node_samples import NodeSamples
from adapters.clickhouse.node_series import points_of, read_node_series
from adapters.clickhouse.services import Services, ServiceScan
from adapters.clickhouse.store import TelemetryStore
from domain.otel.apm import ApmServiceTimeSeries, ApmTimePoint
from domain.otel.node_metrics import NodeMetricsPoint, NodeMetricsTimeSeries
from domain.otel.parts import SeriesContent
from domain.otel.slo import SloServiceTimeSeries, SloTimePoint
from domain.time_range import TimeRange
from ports.errors import NotFound

_BEFORE_MINUTES: Final = 2
"""Of a window of nodes: their counters grow from the first sample in it, so that its first minutes tell too little."""
ServiceKey = tuple[str, str]
"""Name and namespace."""


class SeriesBook:
    """The last hour of nodes, service levels and services."""

    def __init__(self, store: TelemetryStore, services: Services) -> None:
        self._store = store
        self._services = services
        self.nodes: MinuteLines[str, NodeMetricsPoint] = MinuteLines()
        self.levels: MinuteLines[str, SloTimePoint] = MinuteLines()
        self.apm: MinuteLines[ServiceKey, ApmTimePoint] = MinuteLines()

    def learn_nodes(self, samples: Sequence[NodeSamples], grid: Grid) -> None:
        """What nodes reported in a window."""
        minutes = grid.minutes()[_BEFORE_MINUTES:]
        self.nodes.learn({one.address: points_of(one, grid) for one in samples}, minutes)

    def learn_levels(self, ingress: IngressLevels, mesh: MeshLevels) -> None:
        """Levels in a window."""
        self.levels.learn({**mesh.points(), **ingress.points()}, ingress.grid.minutes())

    def learn_services(self, scan: ServiceScan, grid: Grid) -> None:
        """Services in a window."""
        self.apm.learn(scan.points, grid.minutes())

    async def read(self, window: TimeRange) -> SeriesContent:
        """All lines over the minutes that lie in a window; a source that the store has no place for has no lines.

        Raises:
            NotFound: there is no source at all.
        """
        minutes = Grid.of_minutes(window).minutes()
        content, missing = SeriesContent(), list[NotFound]()
        try:
            nodes = await self.nodes.read(minutes, self._read_nodes)
            content = replace(
                content, nodes=tuple(NodeMetricsTimeSeries(node_name=one, points=nodes[one]) for one in sorted(nodes))
            )
        except NotFound as error:
            missing.append(error)
        try:
            levels = await self.levels.read(minutes, self._read_levels)
            content = replace(
                content, slo=tuple(SloServiceTimeSeries(service_name=one, points=levels[one]) for one in sorted(levels))
            )
        except NotFound as error:
            missing.append(error)
        try:
            apm = await self.apm.read(minutes, self._read_services)
            content = replace(
                content,
                apm=tuple(
                    ApmServiceTimeSeries(service_name=name, namespace=namespace, points=apm[name, namespace])
                    for name, namespace in sorted(apm)
                ),
            )
        except NotFound as error:
            missing.append(error)
        if missing and content == SeriesContent():
            raise missing[0]
        return content

    async def _read_nodes(self, minutes: range) -> Mapping[str, Sequence[NodeMetricsPoint]]:
        lines = await read_node_series(self._store, await self._grid(minutes))
        return {line.node_name: line.points for line in lines}

    async def _read_levels(self, minutes: range) -> Mapping[str, Sequence[SloTimePoint]]:
        grid = await self._grid(minutes)
        ingress, mesh = await read_ingress(self._store, grid), await read_mesh(self._store, grid)
        return {**mesh.points(), **ingress.points()}

    async def _read_services(self, minutes: range) -> Mapping[ServiceKey, Sequence[ApmTimePoint]]:
        lines = await self._services.series(await self._grid(minutes))
        return {(line.service_name, line.namespace): line.points for line in lines}

    async def _grid(self, minutes: range) -> Grid:
        return Grid.from_minute(minutes.start, minutes.stop, (await self._store.now()).tzinfo)
