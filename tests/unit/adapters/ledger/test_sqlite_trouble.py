"""SqliteLedger on files and disks that are not well, or not its own."""

import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest

from adapters.ledger.sqlite import RETRY_SECONDS, SqliteLedger
from adapters.ledger.storage import LedgerFile
from adapters.memory.clock import ManualClock
from domain.commands.ledger_book import Claim
from domain.commands.results import Outcome
from tests.support.commands import a_command
from tests.unit.adapters.ledger.ledgers import a_result, opened


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)


GARBAGE = {"no database": b"x" * 5000, "half a header": b"SQLite format 3\x00" + b"\xff" * 4000}


@pytest.mark.parametrize("content", GARBAGE.values(), ids=GARBAGE.keys())
async def test_a_file_that_is_no_ledger_is_set_aside_and_a_new_one_begun(
    path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    _write(path, content)
    async with opened(path) as ledger:
        assert ledger.status().durable
        assert await ledger.claim(a_command()) is Claim.NEW
    (aside,) = path.parent.glob("ledger.db.corrupt-*")
    assert aside.read_bytes() == content
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == [
        "ledger file is damaged and set aside; commands that it knew are not known any more"
    ]
    async with opened(path) as ledger:
        assert await ledger.claim(a_command()) is Claim.IN_PROGRESS


async def test_a_ledger_of_another_version_or_with_rows_of_another_kind_is_set_aside(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    async with opened(path) as ledger:
        assert ledger.status().durable
        await ledger.claim(a_command())
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE commands SET state = 'dreaming'")
    connection.close()
    async with opened(path) as ledger:
        assert ledger.status().durable
        assert ledger.status().entries == 0


async def test_an_action_of_a_newer_agent_costs_neither_the_ledger_nor_the_truth(path: Path) -> None:
    async with opened(path) as ledger:
        for command_id in ("ran", "was done"):
            await ledger.claim(a_command(command_id=command_id))
            await ledger.start(command_id)
        await ledger.finish(a_result("was done"))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE commands SET action = 'paint_it_blue'")
    connection.close()
    async with opened(path) as ledger:
        assert await ledger.recover() == 1
        results = {one.command_id: one for one in await ledger.unreported()}
        assert results["was done"] == a_result("was done")
        assert results["ran"].outcome is Outcome.UNKNOWN
        assert await ledger.claim(a_command(command_id="was done")) is Claim.FINISHED
    assert list(path.parent.glob("*.corrupt-*")) == []


async def test_a_ledger_that_another_agent_has_is_left_alone(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with opened(path) as first:
        await first.claim(a_command())
        async with opened(path) as second:
            assert not second.status().durable
            assert "locked" in second.status().reason
            assert await second.claim(a_command(command_id="c-2")) is Claim.NEW
        assert first.status().durable
    assert "ledger is not durable" in caplog.text
    async with opened(path) as third:
        assert third.status().entries == 1


async def test_what_happened_without_a_disk_is_written_when_the_disk_is_back(path: Path) -> None:
    path.parent.write_text("in the way")
    clock = ManualClock()
    async with opened(path, clock) as ledger:
        await ledger.claim(a_command(command_id="a"))
        await ledger.start("a")
        assert not ledger.status().durable
        path.parent.unlink()
        await ledger.claim(a_command(command_id="b"))
        assert not ledger.status().durable, "not tried at every command"
        await clock.advance(RETRY_SECONDS)
        await ledger.finish(a_result("a"))
        assert ledger.status().durable
    async with opened(path, clock) as ledger:
        assert await ledger.unreported() == (a_result("a"),)
        assert await ledger.claim(a_command(command_id="b")) is Claim.IN_PROGRESS


async def test_a_disk_that_fills_up_costs_durability_and_no_answer(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(path) as ledger:
        await ledger.claim(a_command(command_id="small"))
        assert ledger._file is not None
        ledger._file._connection.execute("PRAGMA max_page_count = 10")  # what SQLite answers on a full disk
        big = a_result("small", "x" * 2**21)
        await ledger.finish(big)
        assert await ledger.unreported() == (big,)
        assert not ledger.status().durable
        assert "full" in ledger.status().reason
        assert await ledger.claim(a_command(command_id="next")) is Claim.NEW
    assert caplog.text.count("ledger is not durable") == 1
    async with opened(path) as ledger:
        assert await ledger.claim(a_command(command_id="small")) is Claim.IN_PROGRESS, "as it was before"


async def test_what_an_older_process_left_open_is_closed_when_its_file_can_be_read_at_last(path: Path) -> None:
    clock = ManualClock()
    async with opened(path, clock) as old:
        await old.claim(a_command(command_id="left open"))
        await old.start("left open")
        await old.claim(a_command(command_id="not started"))
        young = SqliteLedger(path, clock)
        await young.open()
        assert not young.status().durable, "the older process still has the file"
        assert await young.recover() == 0
        await young.claim(a_command(command_id="running now"))
    await clock.advance(RETRY_SECONDS)
    await young.start("running now")
    assert young.status().durable
    outcomes = {one.command_id: one.error for one in await young.unreported()}
    assert outcomes == {
        "left open": "interrupted, safe to repeat",
        "not started": "not started: the agent restarted",
    }
    await young.aclose()
    async with opened(path, clock) as next_one:
        assert {one.command_id for one in await next_one.unreported()} == set(outcomes)
        assert await next_one.claim(a_command(command_id="running now")) is Claim.IN_PROGRESS


async def test_what_was_let_go_while_the_disk_was_away_does_not_come_back_with_it(path: Path) -> None:
    clock = ManualClock()
    async with opened(path, clock) as ledger:
        await ledger.claim(a_command(command_id="old"))
        await ledger.start("old")
        ledger._book._keep_seconds = 10.0
        assert ledger._file is not None
        ledger._file._connection.close()  # whatever is written next fails
        await ledger.finish(a_result("old"))
        await ledger.mark_reported("old")
        assert not ledger.status().durable
        await clock.advance(RETRY_SECONDS / 2)
        assert await ledger.claim(a_command(command_id="new")) is Claim.NEW
        assert ledger.status().entries == 1
        await clock.advance(RETRY_SECONDS)
        await ledger.start("new")
        assert ledger.status().durable
        assert ledger.status().entries == 1
    async with opened(path, clock) as ledger:
        assert ledger.status().entries == 1


@pytest.mark.parametrize("code", [sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_BUSY])
async def test_a_disk_that_fails_while_it_is_read_is_no_damaged_file(
    path: Path, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = ManualClock()
    async with opened(path, clock) as ledger:
        await ledger.claim(a_command())
        await ledger.finish(a_result())

    def fails(_file: LedgerFile) -> list[tuple[object, ...]]:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = code
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(LedgerFile, "read", fails)
        ledger = SqliteLedger(path, clock)
        await ledger.open()
        assert not ledger.status().durable
        assert list(path.parent.glob("*.corrupt-*")) == []
    await clock.advance(RETRY_SECONDS)
    assert await ledger.claim(a_command(command_id="next")) is Claim.NEW
    assert await ledger.claim(a_command()) is Claim.FINISHED
    await ledger.aclose()


async def test_a_ledger_that_is_closed_while_it_writes_stays_closed(path: Path) -> None:
    clock = ManualClock()
    ledger = SqliteLedger(path, clock)
    await ledger.open()
    async with anyio.create_task_group() as group:
        for number in range(20):
            group.start_soon(ledger.claim, a_command(command_id=f"c-{number}"))
        await anyio.lowlevel.checkpoint()
        await ledger.aclose()
    await clock.advance(2 * RETRY_SECONDS)
    await ledger.claim(a_command(command_id="after the end"))
    assert (ledger.status().durable, ledger.status().reason, ledger.status().entries) == (False, "closed", 21)
    async with opened(path, clock) as next_one:
        assert next_one.status().durable


FILLS_UP = """
import asyncio, resource, sys
from pathlib import Path
sys.path[:0] = {paths!r}
from adapters.ledger.sqlite import SqliteLedger
from adapters.system.clock import SystemClock
from tests.support.commands import a_command
from tests.unit.adapters.ledger.ledgers import a_result
async def main():
    ledger = SqliteLedger(Path({path!r}), SystemClock())
    await ledger.open()
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
    await ledger.claim(a_command())
    await ledger.finish(a_result(output="x" * 2**21))
    print(ledger.status().durable, len((await ledger.unreported())[0].output))
asyncio.run(main())
"""


def test_a_file_that_may_grow_no_more_costs_durability_and_no_answer(path: Path) -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)
    program = FILLS_UP.format(paths=[entry for entry in sys.path if entry], path=str(path))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert done.stdout.split() == ["False", str(2**21)]


FULL_FROM_THE_START = """
import asyncio, resource, sys
from pathlib import Path
sys.path[:0] = {paths!r}
from adapters.ledger.sqlite import SqliteLedger
from adapters.system.clock import SystemClock
from tests.support.commands import a_command
async def main():
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    ledger = SqliteLedger(Path({path!r}), SystemClock())
    await ledger.open()
    print(await ledger.claim(a_command()), await ledger.claim(a_command(command_id="c-2")))
asyncio.run(main())
"""


async def test_what_a_full_disk_holds_is_known_all_the_same(path: Path) -> None:
    async with opened(path) as ledger:
        await ledger.claim(a_command())
        await ledger.finish(a_result())
    program = FULL_FROM_THE_START.format(paths=[entry for entry in sys.path if entry], path=str(path))
    done = await anyio.run_process([sys.executable, "-c", program])
    assert done.stdout.decode().split() == ["finished", "new"]


def test_a_folder_that_cannot_be_written_is_no_reason_not_to_start() -> None:
    with pytest.raises(OSError):  # noqa: PT011 - which of them, the system decides
        LedgerFile(Path("/proc/atlhyper/ledger.db"))
