"""The four ports of questions about telemetry, on the simulation and on a real server with the shop's rows."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from adapters.clickhouse.log_queries import ClickHouseLogQueries
from adapters.clickhouse.node_queries import ClickHouseNodeMetricQueries
from adapters.clickhouse.slo_queries import ClickHouseSloQueries
from adapters.clickhouse.trace_queries import ClickHouseTraceQueries
from adapters.memory.clock import ManualClock
from adapters.memory.otel import InMemoryOTelParts
from adapters.memory.telemetry_logs import InMemoryLogQueries
from adapters.memory.telemetry_metrics import InMemoryNodeMetricQueries, InMemorySloQueries
from adapters.memory.telemetry_traces import InMemoryTraceQueries
from adapters.system.clock import SystemClock
from application.handlers.telemetry_queries import TelemetryStores
from tests.support.clickhouse_fixtures import ShopDatabases
from tests.support.clickhouse_stores import RealStore, real_store
from tests.support.telemetry_layouts import Layout
from tests.support.telemetry_shop import ADDRESSES, NOW

LAYOUTS = (None, Layout.V096, Layout.V151)
NAMES = ("memory", "clickhouse-0.96", "clickhouse-0.151")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who answers, and when it is."""

    stores: TelemetryStores
    now: datetime
    service: str
    """A service behind the ingress."""
    database_client: str
    """A service that calls databases."""


def in_memory() -> Asked:
    """The simulation."""
    clock = ManualClock(NOW)
    parts = InMemoryOTelParts(clock, lambda: ADDRESSES)
    stores = TelemetryStores(
        traces=InMemoryTraceQueries(clock, parts),
        logs=InMemoryLogQueries(clock),
        nodes=InMemoryNodeMetricQueries(clock, lambda: ADDRESSES),
        slo=InMemorySloQueries(clock),
    )
    return Asked(stores, NOW, "api", "catalog")


def stores_on(real: RealStore) -> TelemetryStores:
    """The adapters on a database."""
    return TelemetryStores(
        traces=ClickHouseTraceQueries(real.store, SystemClock()),
        logs=ClickHouseLogQueries(real.store),
        nodes=ClickHouseNodeMetricQueries(real.store),
        slo=ClickHouseSloQueries(real.store),
    )


@asynccontextmanager
async def asked(layout: Layout | None, shops: Callable[[Layout], ShopDatabases] | None) -> AsyncIterator[Asked]:
    """The simulation, or a real server with a layout's tables."""
    if layout is None or shops is None:
        yield in_memory()
        return
    async with real_store(shops(layout).full, NOW) as real:
        yield Asked(stores_on(real), NOW, "api", "api")
