"""Tables change under the running agent: what was read stays with its age, is never replaced by zeros, and is renewed
as soon as it can be read again. On a real server, round after round."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import anyio
import pytest

from adapters.memory.clock import ManualClock
from application.otel_part import OTelTimings
from application.refresh_otel_summary import RefreshOTelSummary
from domain.otel.parts import PartName
from domain.otel.status import PartState
from domain.otel.summary import (
    OTelSummary,
    apm_services,
    ingress_slos,
    logs_summary,
    node_metrics,
    recent_traces,
    scalars,
    series,
    service_slos,
    slo_windows,
    topology,
)
from tests.support.clickhouse_fixtures import CreateDatabase
from tests.support.clickhouse_stores import RealStore, real_store
from tests.support.otel_world import NodesOnly, a_node
from tests.support.telemetry_layouts import Database, Layout
from tests.support.telemetry_shop import ADDRESSES, NOW, shop_rows

pytestmark = pytest.mark.timeout(180)
SHORT = frozenset(PartName) - {PartName.SLO_DAY, PartName.SLO_WEEK, PartName.SLO_MONTH}
NEVER_EMPTY: dict[str, Callable[[OTelSummary], object]] = {
    "services": lambda one: all(service.rps and service.p99_ms for service in apm_services(one) or ()),
    "some services": lambda one: apm_services(one) != (),
    "ingress": lambda one: all(level.total_requests and level.p99_ms for level in ingress_slos(one) or ()),
    "some ingress": lambda one: ingress_slos(one) != (),
    "mesh": lambda one: service_slos(one) != (),
    "nodes": lambda one: all(node.memory.total_bytes and node.cpu.usage_pct for node in node_metrics(one) or ()),
    "some nodes": lambda one: node_metrics(one) != (),
    "logs": lambda one: (logs := logs_summary(one)) is None or logs.total_entries,
    "traces": lambda one: recent_traces(one) != (),
    "topology": lambda one: (calls := topology(one)) is None or (calls.nodes and calls.edges),
    "series": lambda one: (lines := series(one)) is None or (lines.nodes and lines.slo and lines.apm),
    "windows": lambda one: all(
        day.current and all(level.p99_ms for level in day.current) for day in (slo_windows(one) or {}).values()
    ),
    "scalars": lambda one: all(
        (
            scalars(one).total_services,
            scalars(one).ingress_services,
            scalars(one).mesh_services,
            scalars(one).avg_mem_pct,
        )
    ),
}
"""What must hold of everything that is shown, at every moment: the shop has some of each."""


@dataclass
class Watched:
    """The summary, asked for anew whenever a test lets time pass, and what was wrong with it at any moment."""

    otel: RefreshOTelSummary
    real: RealStore
    clock: ManualClock
    wrong: list[str] = field(default_factory=list)

    async def rounds(self, count: int = 1, *, seconds: float = 60.0) -> None:
        """So many rounds, each of which finds every short part due."""
        for _ in range(count):
            await self.clock.advance(seconds)
            await self.otel.refresh()

    def states(self, parts: Iterable[PartName]) -> set[PartState]:
        """How these parts are."""
        return {part.state for part in self.otel.status() if part.name in parts}

    def errors(self, parts: Iterable[PartName]) -> str:
        """What they say."""
        return " ".join(part.error for part in self.otel.status() if part.name in parts)

    async def look_for_ever(self) -> None:
        while True:
            if (summary := self.otel.current()) is not None:
                self.wrong += [name for name, holds in NEVER_EMPTY.items() if not holds(summary)]
            await anyio.sleep(0.02)


@asynccontextmanager
async def watched(database: Database) -> AsyncIterator[Watched]:
    """The summary of a shop's database, read once."""
    shop_rows(seconds=600).insert(database)
    cluster = NodesOnly([a_node(f"node-{number}", address) for number, address in enumerate(ADDRESSES)])
    timings, clock = OTelTimings(cache_ttl_seconds=60), ManualClock(NOW)
    async with real_store(database, NOW) as real:
        one = Watched(RefreshOTelSummary(real.parts, cluster, clock, timings=timings), real, clock)
        await one.otel.refresh()
        async with anyio.create_task_group() as group:
            group.start_soon(one.look_for_ever)
            assert one.states(SHORT) == {PartState.FRESH}
            yield one
            assert one.otel.current() is not None
            await anyio.sleep(0.05)
            group.cancel_scope.cancel()
    assert one.wrong == []


async def test_a_column_that_an_upgrade_renames_is_found_under_its_new_name(create: CreateDatabase) -> None:
    database = create(Layout.V096)
    async with watched(database) as one:
        database.execute("ALTER TABLE otel_metrics_sum RENAME COLUMN AggTemp TO AggregationTemporality")
        one.real.log.entries.clear()
        await one.rounds()
        assert "UnknownColumn" in {outcome for _, outcome in one.real.log.entries}
        assert ("list_node_counters", "ok") in one.real.log.entries
        assert one.real.log.names.count("detect_layout") == 1, "parts that fail together look once"
        assert one.states(SHORT) == {PartState.FRESH}
        assert "AggregationTemporality" in (await one.real.store.layout()).tables["otel_metrics_sum"]


CHANGES = {
    "otel_traces": ("StatusCode", {PartName.APM, PartName.TOPOLOGY, PartName.RECENT_TRACES}),
    "otel_logs": ("SeverityNumber", {PartName.LOGS}),
    "otel_metrics_sum": ("Value", {PartName.NODES, PartName.SLO}),
    "otel_metrics_histogram": ("BucketCounts", {PartName.SLO}),
}
"""A column of each table, and the short parts that need it; the lines of the last hour miss it some minutes later."""


@pytest.mark.parametrize("table", CHANGES)
async def test_what_cannot_be_read_any_more_stays_until_it_is_too_old_and_comes_back(
    create: CreateDatabase, table: str
) -> None:
    """First a column has another name for a while, which nobody can guess; then the table is gone for good."""
    database, (column, parts) = create(Layout.V151), CHANGES[table]
    async with watched(database) as one:
        database.execute(f"ALTER TABLE {table} RENAME COLUMN {column} TO Elsewhere")
        await one.rounds()
        assert one.states(parts) == {PartState.STALE}
        assert one.states(SHORT - parts) == {PartState.FRESH}
        assert "not known" in one.errors(parts)
        database.execute(f"ALTER TABLE {table} RENAME COLUMN Elsewhere TO {column}")
        await one.rounds()
        assert one.states(SHORT) == {PartState.FRESH}

        database.execute(f"DROP TABLE {table} SYNC")
        await one.rounds()
        assert one.states(parts) == {PartState.STALE}
        assert "is gone" in one.errors(parts)
        has_lines = table != "otel_logs"
        one.real.store.at += timedelta(seconds=100)
        await one.rounds()
        assert one.states({PartName.SERIES}) == {PartState.STALE if has_lines else PartState.FRESH}
        await one.rounds(seconds=900)
        assert one.states(parts) == {PartState.EXPIRED}
        assert one.states(SHORT - parts - {PartName.SERIES}) == {PartState.FRESH}


@pytest.mark.parametrize("layout", [Layout.V096, Layout.V151], ids=["downgraded", "upgraded"])
async def test_tables_that_come_back_in_another_layout_are_read_in_it(create: CreateDatabase, layout: Layout) -> None:
    database, other = create(Layout.V105), create(layout)
    shop_rows(seconds=600).insert(other)
    async with watched(database) as one:
        tables = [row["name"] for row in database.server.select("SHOW TABLES", database=database.name)]
        for table in tables:
            database.execute(f"DROP TABLE {table} SYNC")
        await one.rounds()
        assert one.states(SHORT - {PartName.SERIES}) == {PartState.STALE}
        await anyio.sleep(1)  # so long nobody looks again for a table that was not there
        for table in tables:
            if not table.endswith("_mv"):
                database.execute(f"RENAME TABLE {other.name}.{table} TO {database.name}.{table}")
        await one.rounds()
        assert one.states(SHORT) == {PartState.FRESH}
        found = await one.real.store.layout()
        assert found.names_jobs("otel_metrics_sum") is (layout is Layout.V151)
