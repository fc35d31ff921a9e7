"""InMemoryLedger: what is bounded, what is forgotten, what only this ledger decides. The rest is in its contract."""

from dataclasses import replace

import pytest

from adapters.memory.clock import ManualClock
from adapters.memory.ledger import InMemoryLedger
from domain.commands.actions import Action
from domain.commands.ledger_book import OUTPUT_NOT_KEPT, Claim
from domain.commands.results import Outcome, RenderedResult
from ports.ledger import LedgerStatus
from tests.support.commands import a_command, a_command_for, a_malformed_command

DAY_SECONDS = 24 * 3600.0


def a_result(command_id: str, output: str = "done") -> RenderedResult:
    return RenderedResult(command_id=command_id, outcome=Outcome.SUCCEEDED, output=output, error="", duration_seconds=1)


async def deliver(ledger: InMemoryLedger, command_id: str, output: str = "done") -> None:
    """A command from its arrival to its acknowledged result."""
    await ledger.claim(a_command(command_id=command_id))
    await ledger.start(command_id)
    await ledger.finish(a_result(command_id, output))
    await ledger.mark_reported(command_id)


async def test_it_says_that_it_is_not_durable_and_what_it_holds() -> None:
    ledger = InMemoryLedger(ManualClock())
    assert ledger.status() == LedgerStatus(durable=False, entries=0, unreported=0)
    await deliver(ledger, "a")
    await ledger.claim(a_command(command_id="b"))
    await ledger.claim(a_command(command_id="c"))
    await ledger.finish(a_result("c"))
    assert ledger.status() == LedgerStatus(durable=False, entries=3, unreported=1)


async def test_what_was_acknowledged_is_known_for_a_day() -> None:
    clock = ManualClock()
    ledger = InMemoryLedger(clock)
    await deliver(ledger, "a")
    await clock.advance(DAY_SECONDS)
    assert await ledger.claim(a_command(command_id="a")) is Claim.FINISHED
    await ledger.mark_reported("a")
    await clock.advance(1)
    assert await ledger.claim(a_command(command_id="b")) is Claim.NEW
    assert await ledger.claim(a_command(command_id="a")) is Claim.NEW


async def test_what_is_open_or_unreported_is_kept_however_old_and_however_many() -> None:
    clock = ManualClock()
    ledger = InMemoryLedger(clock, max_entries=2)
    for name in ("claimed", "running", "finished"):
        await ledger.claim(a_command(command_id=name))
    await ledger.start("running")
    await ledger.finish(a_result("finished"))
    await clock.advance(10 * DAY_SECONDS)
    await ledger.claim(a_command(command_id="late"))
    assert await ledger.claim(a_command(command_id="claimed")) is Claim.IN_PROGRESS
    assert await ledger.claim(a_command(command_id="running")) is Claim.IN_PROGRESS
    assert await ledger.claim(a_command(command_id="finished")) is Claim.FINISHED


async def test_above_the_bound_the_oldest_acknowledged_go_first() -> None:
    ledger = InMemoryLedger(ManualClock(), max_entries=3)
    for name in ("a", "b", "c", "d"):
        await deliver(ledger, name)
    assert await ledger.claim(a_command(command_id="e")) is Claim.NEW
    assert ledger.status().entries == 3
    assert await ledger.claim(a_command(command_id="c")) is Claim.FINISHED
    assert await ledger.claim(a_command(command_id="b")) is Claim.NEW


async def test_above_the_bound_the_oldest_acknowledged_lose_their_output_and_say_so() -> None:
    ledger = InMemoryLedger(ManualClock(), max_output_chars=250)
    for name in ("a", "b", "c"):
        await deliver(ledger, name, "x" * 100)
    await ledger.claim(a_command(command_id="d"))
    for name in ("a", "b", "c"):
        assert await ledger.claim(a_command(command_id=name)) is Claim.FINISHED
    results = {result.command_id: result for result in await ledger.unreported()}
    assert results["a"] == replace(a_result("a"), output=OUTPUT_NOT_KEPT)
    assert results["b"].output == results["c"].output == "x" * 100


@pytest.mark.parametrize("action", [Action.GET_SECRET, Action.EXEC])
async def test_what_may_hold_a_secret_is_forgotten_once_it_was_acknowledged(action: Action) -> None:
    ledger = InMemoryLedger(ManualClock())
    command = a_command_for(action)
    await ledger.claim(command)
    await ledger.start(command.id)
    await ledger.finish(a_result(command.id, "hunter2"))
    (before,) = await ledger.unreported()
    assert before.output == "hunter2"
    await ledger.mark_reported(command.id)
    assert await ledger.claim(command) is Claim.FINISHED
    (again,) = await ledger.unreported()
    assert again == replace(before, output=OUTPUT_NOT_KEPT)


async def test_what_went_wrong_with_a_malformed_command_is_part_of_what_it_is() -> None:
    ledger = InMemoryLedger(ManualClock())
    malformed = a_malformed_command()
    assert await ledger.claim(malformed) is Claim.NEW
    assert await ledger.claim(malformed) is Claim.IN_PROGRESS
    assert await ledger.claim(replace(malformed, error="replicas: is too big")) is Claim.ID_REUSED
    assert await ledger.claim(replace(malformed, action="restart")) is Claim.ID_REUSED
    assert await ledger.claim(a_command(command_id=malformed.id)) is Claim.ID_REUSED


async def test_a_result_of_what_was_never_claimed_is_not_lost_either() -> None:
    ledger = InMemoryLedger(ManualClock())
    await ledger.finish(a_result("stray"))
    assert await ledger.unreported() == (a_result("stray"),)
