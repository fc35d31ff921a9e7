"""SqliteLedger on files and disks that are well. The rest is in its contract."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.memory.clock import ManualClock
from domain.commands.actions import Action
from domain.commands.ledger_book import MAX_OUTPUT_CHARS, Claim
from domain.commands.results import Outcome
from tests.support.commands import a_command, a_command_for, a_malformed_command
from tests.unit.adapters.ledger.ledgers import a_result, opened


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
    command = a_command_for(action)
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


async def test_output_that_the_book_lets_go_is_in_the_file_no_more(path: Path) -> None:
    outputs = {f"c-{number}": f"canary-{number} " + "x" * 2**21 for number in range(6)}
    async with opened(path) as ledger:
        for command_id, output in outputs.items():
            await ledger.claim(a_command(command_id=command_id))
            await ledger.finish(a_result(command_id, output))
            await ledger.mark_reported(command_id)
        await ledger.claim(a_command(command_id="last"))
    with sqlite3.connect(path) as connection:
        kept = connection.execute("SELECT sum(length(output)) FROM commands").fetchone()[0]
    connection.close()
    assert MAX_OUTPUT_CHARS / 2 < kept <= MAX_OUTPUT_CHARS
    async with opened(path) as ledger:
        assert await ledger.claim(a_command(command_id="c-0")) is Claim.FINISHED
        assert [one.output for one in await ledger.unreported()] == ["output not kept"]
