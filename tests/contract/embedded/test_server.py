"""The demo's server as a supervised child: back after a crash, gone with its parent, given up when it cannot live."""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from adapters.embedded.clickhouse.client import EmbeddedClient, ServerAwayError, StatementRefusedError
from adapters.embedded.clickhouse.folder import READ_ONLY_GRANTS, ServerFolder, User
from adapters.embedded.clickhouse.server import EmbeddedClickHouse, Patience, ServerGivenUpError
from tests.support.agent_process import unmeasured

CHANGES = (
    "INSERT INTO kept VALUES (8)",
    "CREATE DATABASE x",
    "DROP TABLE kept",
    "ALTER TABLE kept DELETE WHERE 1",
    "SELECT count() FROM file('/etc/hostname', 'LineAsString')",
    "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
)
QUICK = Patience(pause_seconds=0.01, most_crashes=3)


@pytest.fixture
def folder(tmp_path: Path) -> ServerFolder:
    return ServerFolder(tmp_path, {"writer": User("w"), "agent": User("a", "reader", READ_ONLY_GRANTS)})


@asynccontextmanager
async def serving(folder: ServerFolder) -> AsyncIterator[EmbeddedClickHouse]:
    server = EmbeddedClickHouse(folder, QUICK)
    async with anyio.create_task_group() as group:
        await group.start(server.run)
        yield server
        group.cancel_scope.cancel()


async def said(client: EmbeddedClient, sql: str) -> str:
    """The answer, once there is one."""
    while True:
        try:
            return (await client.execute(sql)).strip()
        except ServerAwayError:
            await anyio.sleep(0.02)


def has_ended(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().split()[2] == "Z"


async def test_a_crash_costs_neither_data_nor_the_address(
    folder: ServerFolder, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(folder) as server, EmbeddedClient(folder.url, "writer", "w") as client:
        await client.execute("CREATE TABLE kept (n Int64) ENGINE = MergeTree ORDER BY n")
        await client.execute("INSERT INTO kept VALUES (7)")
        first = server.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        assert await said(client, "SELECT n FROM kept") == "7"
        assert server.pid not in {None, first}
    assert "embedded ClickHouse ended and starts again" in caplog.messages
    assert has_ended(first)


async def test_it_ends_when_it_is_cancelled(folder: ServerFolder) -> None:
    async with serving(folder) as server:
        pid = server.pid
    assert pid is not None
    assert has_ended(pid)
    assert server.pid is None


async def test_a_server_that_cannot_live_is_given_up(folder: ServerFolder) -> None:
    (folder.path / "data").write_text("where its data should be")
    with anyio.fail_after(30), pytest.raises(ServerGivenUpError, match=r"3 times in a row, with exit code"):
        await EmbeddedClickHouse(folder, QUICK).run()


@pytest.mark.parametrize("who", ["agent", "default"])
async def test_whoever_reads_can_do_nothing_else(folder: ServerFolder, who: str) -> None:
    password = folder.users[who].password if who in folder.users else ""
    async with serving(folder), EmbeddedClient(folder.url, "writer", "w") as writer:
        await writer.execute("CREATE TABLE kept (n Int64) ENGINE = MergeTree ORDER BY n")
        await writer.execute("INSERT INTO kept VALUES (7)")
        async with EmbeddedClient(folder.url, who, password) as client:
            if who == "agent":
                assert await said(client, "SELECT n FROM kept") == "7"
            for statement in CHANGES:
                with pytest.raises(StatementRefusedError, match=r"ACCESS_DENIED|READONLY"):
                    await client.execute(statement)


def test_nobody_else_on_the_network_can_reach_it(folder: ServerFolder) -> None:
    folder.prepare()
    assert "<listen_host>127.0.0.1</listen_host>" in (folder.path / "clickhouse-local.xml").read_text()
    users = (folder.path / "users.xml").read_text()
    assert users.count("<networks><ip>127.0.0.1</ip></networks>") == 3
    assert (folder.path / "users.xml").stat().st_mode & 0o077 == 0


async def test_it_ends_with_a_parent_that_is_killed_and_leaves_nothing(tmp_path: Path) -> None:
    home = tmp_path / "server"
    home.mkdir()
    program = f"""
import anyio, os, pathlib, signal
from adapters.embedded.clickhouse.folder import ServerFolder, User
from adapters.embedded.clickhouse.server import EmbeddedClickHouse
async def main():
    server = EmbeddedClickHouse(ServerFolder(pathlib.Path({str(home)!r}), {{}}, is_removed_at_end=True))
    async with anyio.create_task_group() as group:
        await group.start(server.run)
        print(server.pid, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
anyio.run(main)
"""
    parent = await anyio.run_process(
        [sys.executable, "-c", program], check=False, stderr=subprocess.PIPE, env=unmeasured()
    )
    pid = int(parent.stdout)
    with anyio.fail_after(20):
        while not has_ended(pid) or home.exists():  # noqa: ASYNC110 - a process of somebody else's sets no event
            await anyio.sleep(0.05)
