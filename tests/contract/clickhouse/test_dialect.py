"""The tables change under the agent, and it notices; clocks differ, and windows follow the server's."""

from datetime import timedelta

import pytest

from adapters.clickhouse.runner import ClickHouseRunner
from adapters.clickhouse.store import TelemetryStore
from adapters.memory.clock import ManualClock
from adapters.system.clock import SystemClock
from ports.errors import NotFound, UnexpectedAnswer
from tests.support.clickhouse_fixtures import CreateDatabase
from tests.support.clickhouse_stores import TABLES, real_store, settings_for
from tests.support.telemetry_layouts import Database, Layout
from tests.support.telemetry_rows import Log, Rows, Sample
from tests.support.telemetry_shop import NOW, shop_rows


async def test_an_upgrade_of_the_exporter_is_noticed_at_once(create: CreateDatabase) -> None:
    """The old tables are replaced by new ones, whose metrics are found by a column that was not there."""
    database, upgraded = create(Layout.V096), create(Layout.V151)
    rows = Rows(
        sums=[
            Sample(at=NOW - timedelta(seconds=back), metric="node_cpu_seconds_total", value=900.0 - back,
                   labels={"cpu": "0", "mode": "idle"}, is_delta=False)
            for back in range(0, 240, 15)
        ]
    )  # fmt: skip
    rows.insert(database)
    rows.insert(upgraded)
    async with real_store(database, NOW) as real:
        assert len((await real.parts.nodes(300)).content.nodes) == 1
        for table in TABLES:
            database.execute(f"DROP TABLE otel_{table} SYNC")
            database.execute(f"RENAME TABLE {upgraded.name}.otel_{table} TO {database.name}.otel_{table}")
        assert len((await real.parts.nodes(300)).content.nodes) == 1
        assert ("list_node_counters", "UnknownColumn") in real.log.entries
        layout = await real.store.layout()
    assert layout.names_jobs("otel_metrics_sum")


async def test_a_table_that_comes_later_is_found(create: CreateDatabase) -> None:
    database = create(Layout.V105)
    definition = database.execute("SHOW CREATE TABLE otel_logs FORMAT TSVRaw")
    database.execute("DROP TABLE otel_logs SYNC")
    async with real_store(database, NOW) as real:
        with pytest.raises(NotFound, match="otel_logs"):
            await real.parts.logs(300)
        database.execute(definition)
        Rows(logs=[Log(at=NOW - timedelta(seconds=9))]).insert(database)
        assert (await real.parts.logs(300)).content.summary.total_entries == 1


async def test_attributes_as_json_are_refused_in_words(create: CreateDatabase) -> None:
    database = create(Layout.V151)
    database.execute("DROP TABLE otel_traces SYNC")
    database.execute("CREATE TABLE otel_traces (Timestamp DateTime64(9), SpanAttributes JSON) ENGINE = Memory")
    async with real_store(database, NOW) as real:
        with pytest.raises(UnexpectedAnswer, match="only Map is"):
            await real.parts.apm(900)


@pytest.mark.parametrize("hours", [-3, 5], ids=["behind", "ahead"])
async def test_windows_follow_the_clock_of_the_server(create: CreateDatabase, hours: int) -> None:
    database = create(Layout.V096)
    real_now = SystemClock().now()
    Rows(logs=[Log(at=real_now - timedelta(seconds=60))]).insert(database)
    clock = ManualClock(real_now + timedelta(hours=hours))
    runner = ClickHouseRunner(settings_for(database.server, database.name), clock)
    store = TelemetryStore(runner, clock)
    try:
        window = await store.window(300, lag_seconds=5)
    finally:
        await runner.aclose()
    assert abs((window.end_at - real_now).total_seconds()) < 60


async def test_a_round_costs_twelve_statements_at_most_however_many_nodes_there_are(database: Database) -> None:
    shop_rows(seconds=1200).insert(database)
    async with real_store(database, NOW) as real:
        parts = real.parts
        for _ in range(2):
            real.log.entries.clear()
            await parts.apm(900)
            await parts.slo(300)
            await parts.nodes(300)
            await parts.topology(900)
            await parts.series(3600)
            await parts.logs(300)
            await parts.recent_traces(900, 500)
        assert len(real.log.names) <= 12, real.log.names
