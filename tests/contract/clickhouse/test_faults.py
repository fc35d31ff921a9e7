"""What can go wrong with the server, brought about for real: each becomes one clear error, in time."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest

from adapters.clickhouse.runner import ClickHouseRunner
from adapters.clickhouse.settings import MAX_STATEMENTS_AT_ONCE, ClickHouseSettings
from adapters.system.clock import SystemClock
from ports.errors import AccessDenied, InvalidRequest, NotFound, PortError, Unavailable, UnexpectedAnswer
from ports.origin import on_behalf_of
from tests.support.clickhouse_server import ClickHouseServer
from tests.support.clickhouse_stores import StatementLog, password_file, settings_for

SLOW = (
    "SELECT sum(sleepEachRow(0.2)) AS n FROM numbers(500) "
    "SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 0"
)
ONE = "SELECT {n:Int64} AS n"


@asynccontextmanager
async def a_runner(settings: ClickHouseSettings) -> AsyncIterator[ClickHouseRunner]:
    runner = ClickHouseRunner(settings, SystemClock(), hooks=StatementLog())
    try:
        yield runner
    finally:
        with anyio.move_on_after(2, shield=True):
            await runner.aclose()


async def ask(runner: ClickHouseRunner, sql: str = ONE) -> list[dict[str, Any]]:
    return await runner.rows("test", sql, {"n": 7} if "{n:" in sql else {}, operation="ask")


def descriptors() -> int:
    """Open files and sockets of this process."""
    return len(list(Path("/proc/self/fd").iterdir()))


def running(server: ClickHouseServer) -> int:
    slow = "query LIKE '%sleepEachRow(0.2)%' AND query NOT LIKE '%processes%'"
    return int(server.execute(f"SELECT count() FROM system.processes WHERE {slow}"))  # noqa: S608 - a constant


async def until_it_runs(server: ClickHouseServer) -> None:
    with anyio.fail_after(10):
        while not running(server):  # noqa: ASYNC110 - the server sets no event
            await anyio.sleep(0.02)


async def until_nothing_runs(server: ClickHouseServer) -> None:
    with anyio.fail_after(10):
        while running(server):  # noqa: ASYNC110 - the server sets no event
            await anyio.sleep(0.02)


REFUSALS: dict[str, tuple[str, str, type[PortError], str]] = {
    "no grant": ("stranger", "SELECT count() FROM telemetry.otel_traces", AccessDenied, "grant SELECT"),
    "profile that takes no limits": ("bound", ONE, AccessDenied, "readonly = 2"),
    "memory limit": ("poor", "SELECT groupArray(number) FROM numbers(1000000)", Unavailable, "out of memory"),
    "quota": ("rationed", "SELECT sum(number) FROM numbers(90000000)", Unavailable, "quota"),
    "unknown table": ("agent", "SELECT 1 FROM telemetry.otel_logs", NotFound, "otel_logs"),
    "unknown database": ("agent", "SELECT 1 FROM nowhere.otel_logs", NotFound, "database"),
    "unknown column": ("agent", "SELECT nothing FROM telemetry.otel_traces", UnexpectedAnswer, "column"),
    "syntax": ("agent", "SELEC 1", UnexpectedAnswer, "62"),
    "too many rows": ("agent", "SELECT number FROM numbers(900000)", InvalidRequest, "shorter time"),
    "too much to read": ("agent", "SELECT sum(number) FROM numbers(900000000000)", InvalidRequest, "shorter time"),
    "a change": ("agent", "CREATE TABLE telemetry.x (n Int64) ENGINE = Memory", AccessDenied, ""),
}


@pytest.mark.parametrize(("user", "sql", "error", "words"), REFUSALS.values(), ids=REFUSALS)
async def test_a_refusal_is_named_for_what_to_do_about_it(
    clickhouse: ClickHouseServer, user: str, sql: str, error: type[PortError], words: str
) -> None:
    clickhouse.execute("CREATE DATABASE IF NOT EXISTS telemetry")
    clickhouse.execute("CREATE TABLE IF NOT EXISTS telemetry.otel_traces (n Int64) ENGINE = MergeTree ORDER BY n")
    async with a_runner(settings_for(clickhouse, "system", user=user)) as runner:
        with pytest.raises(error) as caught:
            await ask(runner, sql)
    assert words in caught.value.why
    assert sql not in str(caught.value), "a statement is no text for an operator"


@pytest.mark.parametrize("name", ["password_file", "ca_file"])
async def test_a_file_that_is_not_mounted_is_named_and_not_the_server_blamed(
    clickhouse: ClickHouseServer, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "missing"
    settings = settings_for(clickhouse, "system")
    settings = replace(settings, password_file=file) if name == "password_file" else replace(settings, ca_file=file)
    async with a_runner(settings) as runner:
        with pytest.raises(Unavailable, match=r"the file with the .* cannot be read"):
            await ask(runner)
        if name == "password_file":
            file.write_text("agent\n")
            assert await ask(runner) == [{"n": 7}], "once it is there"


async def test_a_missing_grant_does_not_disturb_what_runs_beside_it(clickhouse: ClickHouseServer) -> None:
    clickhouse.execute("CREATE DATABASE IF NOT EXISTS telemetry")
    clickhouse.execute("CREATE TABLE IF NOT EXISTS telemetry.otel_traces (n Int64) ENGINE = MergeTree ORDER BY n")
    answers = []

    async def wait(runner: ClickHouseRunner) -> None:
        answers.append(await ask(runner, SLOW.replace("numbers(500)", "numbers(15)")))

    async with a_runner(settings_for(clickhouse, "system", user="stranger")) as runner:
        await ask(runner)
        async with anyio.create_task_group() as group:
            group.start_soon(wait, runner)
            await until_it_runs(clickhouse)
            for _ in range(5):
                with pytest.raises(AccessDenied):
                    await ask(runner, "SELECT count() FROM telemetry.otel_traces")
    assert answers == [[{"n": 0}]]


async def test_a_refused_login_is_tried_anew_with_the_password_as_it_is_then(
    clickhouse: ClickHouseServer, tmp_path: Path
) -> None:
    file = password_file(tmp_path, "rotated away")
    settings = settings_for(clickhouse, "system", password_file=file)
    async with a_runner(settings) as runner:
        with pytest.raises(AccessDenied) as caught:
            await ask(runner)
        assert "rotated away" not in str(caught.value)
        password_file(tmp_path, "agent")
        assert await ask(runner) == [{"n": 7}]


async def test_an_absent_server_is_found_when_it_comes(own_clickhouse: ClickHouseServer) -> None:
    own_clickhouse.stop()
    async with a_runner(settings_for(own_clickhouse, "system")) as runner:
        with pytest.raises(Unavailable, match="cannot be reached"):
            await ask(runner)
        own_clickhouse.start()
        assert await ask(runner) == [{"n": 7}]
        own_clickhouse.kill()
        with pytest.raises(Unavailable):
            await ask(runner)
        own_clickhouse.start()
        assert await ask(runner) == [{"n": 7}]


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy"])
async def test_a_proxy_in_the_environment_is_not_for_clickhouse(
    clickhouse: ClickHouseServer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for one in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(one, raising=False)
    monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with a_runner(settings_for(clickhouse, "system")) as runner:
        assert await ask(runner) == [{"n": 7}]


async def test_tries_at_an_absent_server_and_cancelled_statements_leave_no_connection_behind(
    own_clickhouse: ClickHouseServer,
) -> None:
    async with a_runner(settings_for(own_clickhouse, "system")) as runner:
        await ask(runner)
        before = descriptors()
        for number in range(200):
            async with anyio.create_task_group() as group:
                group.start_soon(ask, runner, SLOW)
                await anyio.sleep(0.001 * (number % 12))
                group.cancel_scope.cancel()
        await until_nothing_runs(own_clickhouse)
        assert await ask(runner) == [{"n": 7}]
        assert descriptors() <= before + MAX_STATEMENTS_AT_ONCE
        own_clickhouse.stop()
        for _ in range(30):
            await runner.aclose()
            with pytest.raises(Unavailable):
                await ask(runner)
        assert descriptors() <= before + MAX_STATEMENTS_AT_ONCE


async def test_a_server_killed_in_the_middle_of_a_statement_is_an_outage(own_clickhouse: ClickHouseServer) -> None:
    async with a_runner(settings_for(own_clickhouse, "system")) as runner:
        await ask(runner)

        async def kill() -> None:
            await until_it_runs(own_clickhouse)
            own_clickhouse.kill()

        async with anyio.create_task_group() as group:
            group.start_soon(kill)
            with pytest.raises(Unavailable):
                await ask(runner, SLOW)


async def test_a_server_that_hangs_costs_no_more_than_the_deadline(own_clickhouse: ClickHouseServer) -> None:
    settings = settings_for(own_clickhouse, "system", timeout_seconds=1.0)
    async with a_runner(settings) as runner:
        await ask(runner)
        own_clickhouse.pause(hang=True)
        started = time.monotonic()
        with pytest.raises(Unavailable, match="no answer within 1 s"):
            await ask(runner)
        assert time.monotonic() - started < 6
        own_clickhouse.pause(hang=False)
        assert await ask(runner) == [{"n": 7}]


@pytest.mark.parametrize("how", ["deadline", "cancelled", "short of time"])
async def test_a_statement_that_nobody_waits_for_is_gone_from_the_server(
    clickhouse: ClickHouseServer, how: str
) -> None:
    settings = settings_for(clickhouse, "system", timeout_seconds=1.0 if how == "deadline" else 20.0)
    async with a_runner(settings) as runner:
        await ask(runner)
        match how:
            case "deadline":
                with pytest.raises(Unavailable, match="no answer within 1 s"):
                    await ask(runner, SLOW)
            case "cancelled":
                async with anyio.create_task_group() as group:
                    group.start_soon(ask, runner, SLOW)
                    await until_it_runs(clickhouse)
                    group.cancel_scope.cancel()
            case _:
                # Who asks has two seconds left: one of them is kept for saying what happened.
                with anyio.fail_after(2), pytest.raises(Unavailable, match="no answer within"):
                    await ask(runner, SLOW)
        await until_nothing_runs(clickhouse)
        assert await ask(runner) == [{"n": 7}]


async def test_no_more_than_four_statements_run_at_once(clickhouse: ClickHouseServer) -> None:
    seen = []
    async with a_runner(replace(settings_for(clickhouse, "system"), timeout_seconds=30.0)) as runner:
        await ask(runner)
        async with anyio.create_task_group() as group:
            for _ in range(9):
                group.start_soon(ask, runner, SLOW)
            await until_it_runs(clickhouse)
            for _ in range(15):
                seen.append(running(clickhouse))
                await anyio.sleep(0.1)
            group.cancel_scope.cancel()
        await until_nothing_runs(clickhouse)
    assert max(seen) == 4


async def test_a_statement_is_found_by_the_command_and_by_its_name(clickhouse: ClickHouseServer) -> None:
    async with a_runner(settings_for(clickhouse, "system")) as runner:
        with on_behalf_of("ops/77 '; DROP"):
            await ask(runner)
        await ask(runner)
    rows = clickhouse.logged(
        "SELECT query_id, query FROM system.query_log WHERE log_comment = 'atlhyper-agent:test' "
        "AND type = 'QueryFinish' AND query LIKE '%AS n FORMAT%' ORDER BY event_time_microseconds DESC LIMIT 2",
        lambda rows: any(row["query_id"].startswith("ops") for row in rows) and len(rows) == 2,
    )
    assert [row["query_id"].split("-")[0] for row in rows] == ["otel", "ops_77____DROP"]
    assert all("_CAST(7, 'Int64')" in row["query"] for row in rows), "bound with its type by the server"


async def test_every_statement_carries_its_limits(clickhouse: ClickHouseServer) -> None:
    sql = (
        "SELECT getSetting('readonly') AS readonly, getSetting('max_memory_usage') AS memory, "
        "getSetting('max_result_rows') AS result, getSetting('session_timezone') AS zone, "
        "toFloat64(getSetting('max_execution_time')) AS seconds, {n:Int64} AS n"
    )
    async with a_runner(settings_for(clickhouse, "system")) as runner:
        (row,) = await ask(runner, sql)
    assert (row["readonly"], row["zone"]) == (2, "UTC")
    assert row["memory"] == 1024**3
    assert 0 < row["result"] < 10**6
    assert 0 < row["seconds"] <= 21
