"""SqliteLedger on files that are well, and on files and disks that are not. The rest is in its contract."""

import resource
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.ledger.sqlite import RETRY_SECONDS, SqliteLedger
from adapters.ledger.storage import LedgerFile
from adapters.memory.clock import ManualClock
from domain.commands.actions import Action
from domain.commands.ledger_book import Claim
from domain.commands.results import Outcome, RenderedResult
from tests.support.commands import a_command, a_malformed_command, an_unsupported_command


def a_result(command_id: str = "c-1", output: str = "done") -> RenderedResult:
    return RenderedResult(
        command_id=command_id, outcome=Outcome.SUCCEEDED, output=output, error="", duration_seconds=0.25
    )


@asynccontextmanager
async def opened(path: Path, clock: ManualClock | None = None) -> AsyncIterator[SqliteLedger]:
    ledger = SqliteLedger(path, clock or ManualClock())
    await ledger.open()
    yield ledger
    await ledger.aclose()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "ledger.db"


async def test_what_was_kept_is_known_after_a_restart(path: Path) -> None:
    odd = a_result("deploy-a/\ud800", "\x00 ü \U0001f600 \ud83d" + "x" * 2**21)
    async with opened(path) as ledger:
        await ledger.claim(a_command(command_id=odd.command_id))
        await ledger.finish(odd)
        await ledger.claim(a_command(command_id="reported"))
        await ledger.finish(a_result("reported"))
        await ledger.mark_reported("reported")
        await ledger.claim(a_malformed_command())
    async with opened(path) as ledger:
        assert await ledger.unreported() == (odd,)
        assert await ledger.claim(a_command(command_id="reported")) is Claim.FINISHED
        assert await ledger.claim(a_command(command_id="reported", digest="other")) is Claim.ID_REUSED
        assert [one.command_id for one in await ledger.unreported()] == [odd.command_id, "reported"]
        assert await ledger.claim(a_malformed_command()) is Claim.IN_PROGRESS
        assert await ledger.recover() == 1


async def test_the_order_of_results_goes_on_after_a_restart(path: Path) -> None:
    for names in (("a", "b"), ("c",)):
        async with opened(path) as ledger:
            for name in names:
                await ledger.claim(a_command(command_id=name))
                await ledger.finish(a_result(name))
    async with opened(path) as ledger:
        assert [one.command_id for one in await ledger.unreported()] == ["a", "b", "c"]


@pytest.mark.parametrize("action", [Action.GET_SECRET, Action.EXEC])
async def test_what_may_show_a_secret_is_in_no_byte_of_the_folder(path: Path, action: Action) -> None:
    canary = "canary-hunter2"
    command = an_unsupported_command(action)
    async with opened(path) as ledger:
        await ledger.claim(command)
        await ledger.start(command.id)
        await ledger.finish(a_result(command.id, canary))
        (result,) = await ledger.unreported()
        assert result.output == canary, "the first report has it"
        assert all(canary.encode() not in file.read_bytes() for file in path.parent.iterdir())
    async with opened(path) as ledger:
        (result,) = await ledger.unreported()
        assert (result.output, result.outcome) == ("output not kept", Outcome.SUCCEEDED)


async def test_the_file_is_its_owners_alone(path: Path) -> None:
    async with opened(path):
        assert _mode(path) & 0o077 == 0


def _mode(path: Path) -> int:
    return path.stat().st_mode


async def test_what_was_acknowledged_is_forgotten_a_day_later_though_the_agent_restarted(path: Path) -> None:
    clock = ManualClock()
    async with opened(path, clock) as ledger:
        await ledger.claim(a_command(command_id="old"))
        await ledger.finish(a_result("old"))
        await ledger.mark_reported("old")
    later = ManualClock(clock.now() + timedelta(hours=25))
    async with opened(path, later) as ledger:
        assert await ledger.claim(a_command(command_id="new")) is Claim.NEW
        assert ledger.status().entries == 1
    async with opened(path, later) as ledger:
        assert ledger.status().entries == 1


async def test_a_clock_that_went_back_makes_nothing_older_or_younger_than_it_may_be(path: Path) -> None:
    clock = ManualClock()
    async with opened(path, clock) as ledger:
        await ledger.claim(a_command())
        await ledger.start("c-1")
    async with opened(path, ManualClock(clock.now() - timedelta(days=400))) as ledger:
        assert await ledger.recover() == 1
        (result,) = await ledger.unreported()
        assert result.duration_seconds == 0


async def test_ten_thousand_old_rows_are_read_and_stay_within_bounds(path: Path) -> None:
    clock = ManualClock()
    async with opened(path, clock) as ledger:
        for number in range(10_050):
            ledger._book.claim(a_command(command_id=f"c-{number}"), clock.monotonic())
            ledger._book.finish(a_result(f"c-{number}"), clock.monotonic())
            ledger._book.mark_reported(f"c-{number}")
        # One call writes what a year of commands would have left.
        await ledger._write(list(ledger._book.entries.values()))
    async with opened(path, clock) as ledger:
        assert ledger.status().entries == 10_050
        await ledger.claim(a_command(command_id="one more"))
        assert ledger.status().entries == 10_000
    async with opened(path, clock) as ledger:
        assert ledger.status().entries == 10_000
        assert await ledger.claim(a_command(command_id="c-10049")) is Claim.FINISHED
        assert await ledger.claim(a_command(command_id="c-0")) is Claim.NEW


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


FILLS_UP = """
import asyncio, resource, sys
from pathlib import Path
sys.path[:0] = {paths!r}
from adapters.ledger.sqlite import SqliteLedger
from adapters.system.clock import SystemClock
from tests.unit.adapters.ledger.test_sqlite import a_command, a_result
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


def test_a_folder_that_cannot_be_written_is_no_reason_not_to_start() -> None:
    with pytest.raises(OSError):  # noqa: PT011 - which of them, the system decides
        LedgerFile(Path("/proc/atlhyper/ledger.db"))
