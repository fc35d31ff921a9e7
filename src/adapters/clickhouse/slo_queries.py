"""Answers to questions about service levels."""

from datetime import timedelta

from typing_extensions import override

from adapters.clickhouse.grid import Grid
from adapters.clickhouse.ingress import read_ingress
from adapters.clickhouse.mesh import read_mesh
from adapters.clickhouse.otel_parts import SAMPLE_LAG_SECONDS
from adapters.clickhouse.store import TelemetryStore
from domain.otel.answers import LevelPoint
from domain.otel.parts import SloContent
from domain.otel.queries import LEVEL_STEP_SECONDS, Period
from domain.otel.slo import SloTimePoint
from ports.errors import NotFound
from ports.telemetry_queries import SloQueries

_LONG_SECONDS = 6 * 3600.0
"""From here on the statements for long windows are used, which keep little in the server's memory."""


class ClickHouseSloQueries(SloQueries):
    """Asks the counters of ingress and mesh."""

    def __init__(self, store: TelemetryStore) -> None:
        self._store = store

    @override
    async def get_levels(self, period: Period) -> SloContent:
        grid = Grid.whole(period.window(await self._store.now() - timedelta(seconds=SAMPLE_LAG_SECONDS)))
        is_long = grid.window.seconds >= _LONG_SECONDS
        ingress = await read_ingress(self._store, grid, is_long=is_long)
        mesh = await read_mesh(self._store, grid, is_long=is_long)
        return SloContent(
            ingress=ingress.slos(range(1), grid.window.seconds),
            services=mesh.slos(),
            edges=mesh.edge_slos(),
            inbound_requests=mesh.inbound_requests,
            mtls_requests=mesh.mtls_requests,
        )

    @override
    async def get_series(self, name: str, period: Period) -> tuple[LevelPoint, ...]:
        window = period.window(await self._store.now() - timedelta(seconds=SAMPLE_LAG_SECONDS))
        grid = Grid.aligned(window, LEVEL_STEP_SECONDS)
        lines = {**(await read_mesh(self._store, grid)).points(), **(await read_ingress(self._store, grid)).points()}
        matching = [line for key, line in sorted(lines.items()) if name in {key, key.rpartition("/")[2]}]
        if not matching:
            raise NotFound("read a service level", f"no service {name[:64]!r} has one")
        return tuple(map(_point, matching[0]))


def _point(point: SloTimePoint) -> LevelPoint:
    return LevelPoint(
        timestamp=point.timestamp,
        rps=point.rps,
        success_percent=point.success_percent,
        p50_ms=point.p50_ms,
        p99_ms=point.p99_ms,
    )
