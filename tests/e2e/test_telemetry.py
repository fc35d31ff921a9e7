"""The agent between a Kubernetes API, a Master and a ClickHouse: what its snapshots tell while the last one comes and
goes. The server is a real one."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import anyio
import pytest

from tests.e2e.stage import Json, Stage, a_stage
from tests.support.clickhouse_server import ChildServer
from tests.support.telemetry_layouts import Database, Layout, create_database
from tests.support.telemetry_shop import shop_rows

MEMBERS = {"apmServices", "apmTopology", "sloIngress", "metricsNodes", "logsSummary", "recentTraces", "sloWindows"}


@pytest.fixture
def database() -> Iterator[Database]:
    server = ChildServer()
    server.start()
    database = create_database(server, Layout.V096)
    shop_rows(datetime.now(UTC), seconds=1200).insert(database)
    yield database
    server.pause(hang=False)
    server.remove()


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with a_stage(tmp_path) as one:
        yield one


def settings_of(database: Database, folder: Path) -> dict[str, str]:
    password = folder / "password"
    password.write_text("agent\n")
    return {
        "AGENT_CLICKHOUSE_ENDPOINT": database.server.url,
        "AGENT_CLICKHOUSE_DATABASE": database.name,
        "AGENT_CLICKHOUSE_USERNAME": "agent",
        "AGENT_CLICKHOUSE_PASSWORD_FILE": str(password),
        "AGENT_OTEL_CACHE_TTL": "1s",
        "AGENT_OTEL_FAST_TTL": "1s",
    }


def is_complete(snapshot: Json) -> bool:
    return set(snapshot.get("otel") or ()) >= MEMBERS


async def test_a_snapshot_carries_the_telemetry_of_a_store(stage: Stage, database: Database, tmp_path: Path) -> None:
    async with stage.running(**settings_of(database, tmp_path)):
        otel = (await stage.snapshot_with(is_complete))["otel"]
        metrics = (await stage.ask("/metrics")).text
    assert [service["name"] for service in otel["apmServices"]] == ["api", "web"]
    assert {node["nodeIP"] for node in otel["metricsNodes"]} == {"10.0.0.1", "10.0.0.2", "10.0.0.3"}
    assert {node["system"]["filefdMax"] for node in otel["metricsNodes"]} == {2**63 - 1}
    assert otel["sloIngress"] == otel["ingressSLOs"]
    assert otel["sloIngress"][0]["totalRequests"] > 0
    assert otel["totalServices"] == 2
    assert 'statement="list_services"' in metrics
    assert "agent\n" not in stage.agent.stderr.replace("atlhyper-agent\n", "")


async def test_a_store_that_comes_late_is_found(stage: Stage, database: Database, tmp_path: Path) -> None:
    database.server.stop()
    async with stage.running(**settings_of(database, tmp_path)):
        assert "otel" not in await stage.snapshot()
        line = await stage.line("OTel data is unavailable")
        assert line["level"] == "warning"
        assert "cannot be reached" in line["error"]
        database.server.start()
        await stage.snapshot_with(is_complete)
        await stage.line("OTel summary refreshed")


@pytest.mark.parametrize("hangs", [False, True], ids=["killed", "hanging"])
async def test_a_store_that_goes_away_costs_no_snapshot(
    stage: Stage, database: Database, tmp_path: Path, *, hangs: bool
) -> None:
    settings = {**settings_of(database, tmp_path), "AGENT_CLICKHOUSE_TIMEOUT": "3s"}
    async with stage.running(**settings, AGENT_OTEL_MAX_STALENESS="8s"):
        before = (await stage.snapshot_with(is_complete))["otel"]
        if hangs:
            database.server.pause(hang=True)
        else:
            database.server.kill()
        while not {"stale", "expired"} & {part["state"] for part in (await stage.status())["otel"]}:  # noqa: ASYNC110 - a process sets no event
            await anyio.sleep(0.2)
        number = stage.pushed()
        stale = (await stage.snapshot()).get("otel", {})
        assert stage.pushed() > number
        kept = stale.get("apmServices")
        assert kept is None or [service["name"] for service in kept] == [one["name"] for one in before["apmServices"]]
        await stage.snapshot_with(lambda snapshot: not {"apmServices", "sloIngress"} & set(snapshot.get("otel", {})))
        if hangs:
            database.server.pause(hang=False)
        else:
            database.server.start()
        await stage.snapshot_with(lambda snapshot: "apmServices" in snapshot.get("otel", {}))


QUESTIONS: dict[str, tuple[str, Json]] = {
    "list_traces": ("query_traces", {"limit": 5, "since": "10m"}),
    "list_services": ("query_traces", {"sub_action": "list_services"}),
    "get_topology": ("query_traces", {"sub_action": "get_topology"}),
    "list_operations": ("query_traces", {"sub_action": "list_operations"}),
    "db_stats": ("query_traces", {"sub_action": "db_stats", "service": "api"}),
    "service_series": ("query_traces", {"sub_action": "service_series", "service": "api"}),
    "trace": ("query_trace_detail", {"trace_id": f"{250:032x}"}),
    "search": ("query_logs", {"query": "HELLO", "service": "web"}),
    "histogram": ("query_logs", {"sub_action": "histogram", "since": "15m"}),
    "nodes": ("query_metrics", {}),
    "list_all": ("query_metrics", {"sub_action": "list_all"}),
    "get_node": ("query_metrics", {"sub_action": "get_node", "node_name": "10.0.0.1"}),
    "get_series": ("query_metrics", {"sub_action": "get_series", "node_name": "10.0.0.1", "metric": "node_load1"}),
    "get_history": ("query_metrics", {"sub_action": "get_history", "node_name": "10.0.0.1", "since": "15m"}),
    "slo": ("query_slo", {}),
    "list_ingress": ("query_slo", {"sub_action": "list_ingress", "since": "15m"}),
    "list_service": ("query_slo", {"sub_action": "list_service"}),
    "list_edges": ("query_slo", {"sub_action": "list_edges"}),
    "get_time_series": ("query_slo", {"sub_action": "get_time_series", "name": "web"}),
}


async def test_every_question_is_answered_through_the_master(stage: Stage, database: Database, tmp_path: Path) -> None:
    async with stage.running(**settings_of(database, tmp_path)):
        await stage.snapshot()
        for name, (action, params) in QUESTIONS.items():
            record = await stage.obeyed(action, kind="", namespace="", name="", params=params)
            assert record.result is not None
            assert record.result.success, (name, record.result)
            answer = json.loads(record.result.output)
            assert answer, name
            assert all(answer.values()) if name in {"search", "histogram", "get_history", "get_topology"} else True
        refused = await stage.obeyed("query_traces", kind="", namespace="", name="", params={"sub_action": "explode"})
        assert refused.result is not None
        assert "list_services" in refused.result.error
        database.server.kill()
        failed = await stage.obeyed("query_logs", kind="", namespace="", name="", params={})
        assert failed.result is not None
        assert not failed.result.success
        assert "cannot be reached" in failed.result.error


def make_slow(database: Database) -> None:
    """Let every entry of the log take a twentieth of a second to read."""
    database.execute("RENAME TABLE otel_logs TO otel_logs_at_once")
    database.execute(
        "CREATE VIEW otel_logs AS SELECT * FROM otel_logs_at_once WHERE sleepEachRow(0.05) = 0 "
        "SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 0"
    )


@pytest.mark.parametrize("trouble", ["slow", "hanging"])
async def test_a_question_that_takes_too_long_fails_in_time_and_leaves_no_statement_behind(
    stage: Stage, database: Database, tmp_path: Path, trouble: str
) -> None:
    async with stage.running(**settings_of(database, tmp_path), AGENT_COMMAND_TIMEOUT="4s"):
        await stage.snapshot_with(is_complete)
        if trouble == "slow":
            make_slow(database)
        else:
            database.server.pause(hang=True)
        started = anyio.current_time()
        record = await stage.obeyed("query_logs", kind="", namespace="", name="", params={"query": "hello"})
        took_seconds = anyio.current_time() - started
        assert record.result is not None
        assert not record.result.success
        assert "no answer within" in record.result.error
        assert took_seconds < 6
        before = stage.pushed()
        await stage.snapshot()
        assert stage.pushed() > before, "meanwhile and afterwards snapshots leave"
        database.server.pause(hang=False)
        running = f"SELECT query_id FROM system.processes WHERE query_id LIKE '%{record.id}%'"  # noqa: S608 - an id
        with anyio.fail_after(10):
            while database.server.select(running):  # noqa: ASYNC110 - the server sets no event
                await anyio.sleep(0.05)
