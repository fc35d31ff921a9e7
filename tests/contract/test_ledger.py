"""What every CommandLedger promises (ports.ledger): nothing is carried out twice, no result is lost."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import anyio
import pytest

from adapters.ledger.sqlite import SqliteLedger
from adapters.memory.clock import ManualClock
from adapters.memory.ledger import InMemoryLedger
from domain.commands.actions import Action
from domain.commands.ledger_book import Claim
from domain.commands.results import Outcome, RenderedResult
from ports.ledger import CommandLedger
from tests.support.commands import a_command, a_command_for, a_malformed_command

PORT = CommandLedger
ADAPTERS = (InMemoryLedger, SqliteLedger)


@asynccontextmanager
async def in_memory(clock: ManualClock, _folder: Path) -> AsyncIterator[CommandLedger]:
    yield InMemoryLedger(clock)


@asynccontextmanager
async def on_disk(clock: ManualClock, folder: Path) -> AsyncIterator[CommandLedger]:
    ledger = SqliteLedger(folder / "state" / "ledger.db", clock)
    await ledger.open()
    assert ledger.status().durable
    yield ledger
    assert ledger.status().durable
    await ledger.aclose()


@asynccontextmanager
async def on_a_disk_that_fails(clock: ManualClock, folder: Path) -> AsyncIterator[CommandLedger]:
    (folder / "state").write_text("a file where a folder should be")
    ledger = SqliteLedger(folder / "state" / "ledger.db", clock)
    await ledger.open()
    yield ledger
    assert not ledger.status().durable
    await ledger.aclose()


Opener = Callable[[ManualClock, Path], AbstractAsyncContextManager[CommandLedger]]
LEDGERS: dict[str, Opener] = {"memory": in_memory, "sqlite": on_disk, "sqlite without a disk": on_a_disk_that_fails}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(params=sorted(LEDGERS))
async def ledger(request: pytest.FixtureRequest, clock: ManualClock, tmp_path: Path) -> AsyncIterator[CommandLedger]:
    async with LEDGERS[request.param](clock, tmp_path) as ledger:
        yield ledger


def a_result(
    command_id: str = "c-1", output: str = '{"replicas":3}', outcome: Outcome = Outcome.SUCCEEDED
) -> RenderedResult:
    return RenderedResult(command_id=command_id, outcome=outcome, output=output, error="", duration_seconds=0.25)


async def finish(ledger: CommandLedger, command_id: str, output: str = "done") -> None:
    await ledger.claim(a_command(command_id=command_id))
    await ledger.start(command_id)
    await ledger.finish(a_result(command_id, output))


async def test_a_command_is_new_once(ledger: CommandLedger) -> None:
    assert await ledger.claim(a_command()) is Claim.NEW
    assert await ledger.claim(a_command()) is Claim.IN_PROGRESS
    await ledger.start("c-1")
    assert await ledger.claim(a_command()) is Claim.IN_PROGRESS
    await ledger.finish(a_result())
    assert await ledger.claim(a_command()) is Claim.FINISHED
    await ledger.mark_reported("c-1")
    assert await ledger.claim(a_command()) is Claim.FINISHED


async def test_of_many_claims_at_once_one_is_new(ledger: CommandLedger) -> None:
    claims: list[Claim] = []

    async def claim() -> None:
        claims.append(await ledger.claim(a_command()))

    async with anyio.create_task_group() as group:
        for _ in range(10):
            group.start_soon(claim)
    assert sorted(claims) == [Claim.IN_PROGRESS] * 9 + [Claim.NEW]


@pytest.mark.parametrize("state", ["claimed", "running", "finished", "reported"])
async def test_an_id_with_other_content_is_told_apart_and_changes_nothing(ledger: CommandLedger, state: str) -> None:
    await ledger.claim(a_command())
    if state != "claimed":
        await ledger.start("c-1")
    if state in {"finished", "reported"}:
        await ledger.finish(a_result())
    if state == "reported":
        await ledger.mark_reported("c-1")
    before = await ledger.unreported()
    assert await ledger.claim(a_command(digest="other")) is Claim.ID_REUSED
    assert await ledger.unreported() == before
    assert await ledger.claim(a_command()) in {Claim.IN_PROGRESS, Claim.FINISHED}


async def test_a_malformed_command_is_written_down_and_answered_like_any_other(ledger: CommandLedger) -> None:
    malformed = a_malformed_command()
    assert await ledger.claim(malformed) is Claim.NEW
    await ledger.finish(a_result(malformed.id, "", Outcome.REFUSED))
    assert await ledger.claim(malformed) is Claim.FINISHED
    assert await ledger.unreported() == (a_result(malformed.id, "", Outcome.REFUSED),)


async def test_results_wait_oldest_first_until_they_are_acknowledged(ledger: CommandLedger) -> None:
    for name in ("b", "a", "c"):
        await ledger.claim(a_command(command_id=name))
    for name in ("c", "a", "b"):
        await ledger.finish(a_result(name))
    assert [result.command_id for result in await ledger.unreported()] == ["c", "a", "b"]
    await ledger.mark_reported("a")
    assert [result.command_id for result in await ledger.unreported()] == ["c", "b"]


async def test_a_result_comes_back_as_it_was_kept(ledger: CommandLedger) -> None:
    odd = RenderedResult(
        command_id="deploy-a/b-1",
        outcome=Outcome.TIMED_OUT,
        output="\x00 ü \U0001f600 \n" + "x" * 100_000,
        error="no answer within 25 s",
        duration_seconds=25.125,
    )
    await ledger.claim(a_command(command_id=odd.command_id))
    await ledger.finish(odd)
    assert await ledger.unreported() == (odd,)


async def test_the_first_result_stays(ledger: CommandLedger) -> None:
    await ledger.claim(a_command())
    await ledger.finish(a_result(output="first"))
    await ledger.finish(a_result(output="second", outcome=Outcome.FAILED))
    assert await ledger.unreported() == (a_result(output="first"),)
    await ledger.mark_reported("c-1")
    await ledger.finish(a_result(output="third"))
    assert await ledger.unreported() == ()


async def test_a_redelivered_command_gets_its_stored_answer_again(ledger: CommandLedger) -> None:
    await finish(ledger, "c-1", "first")
    await ledger.mark_reported("c-1")
    assert await ledger.unreported() == ()
    assert await ledger.claim(a_command()) is Claim.FINISHED
    assert await ledger.unreported() == (a_result(output="first"),)
    await ledger.mark_reported("c-1")
    assert await ledger.unreported() == ()


async def test_a_result_that_waits_is_not_queued_twice(ledger: CommandLedger) -> None:
    await finish(ledger, "c-1")
    await ledger.claim(a_command())
    assert len(await ledger.unreported()) == 1


async def test_acknowledging_what_is_unknown_or_open_does_nothing(ledger: CommandLedger) -> None:
    await ledger.mark_reported("unheard")
    await ledger.claim(a_command())
    await ledger.mark_reported("c-1")
    await ledger.finish(a_result())
    assert await ledger.unreported() == (a_result(),)


async def test_a_start_after_the_end_changes_nothing(ledger: CommandLedger) -> None:
    await finish(ledger, "c-1")
    await ledger.start("c-1")
    assert await ledger.claim(a_command()) is Claim.FINISHED
    await ledger.start("unheard")
    assert await ledger.recover() == 0


async def test_after_a_restart_what_was_only_claimed_was_not_started(ledger: CommandLedger) -> None:
    await ledger.claim(a_command())
    await ledger.claim(a_malformed_command())
    assert await ledger.recover() == 2
    results = await ledger.unreported()
    assert [result.command_id for result in results] == ["c-1", "c-bad"]
    for result in results:
        assert (result.outcome, result.error) == (Outcome.FAILED, "not started: the agent restarted")


@pytest.mark.parametrize("action", sorted(Action))
async def test_after_a_restart_what_was_running_is_said_to_be_safe_to_repeat_or_unknown(
    ledger: CommandLedger, action: Action
) -> None:
    command = a_command_for(action)
    await ledger.claim(command)
    await ledger.start(command.id)
    assert await ledger.recover() == 1
    (result,) = await ledger.unreported()
    if action in {Action.EXEC, Action.DELETE, Action.DELETE_POD}:
        assert result.outcome is Outcome.UNKNOWN
        assert "not known" in result.error
    else:
        assert (result.outcome, result.error) == (Outcome.FAILED, "interrupted, safe to repeat")
    assert not result.success


async def test_after_a_restart_nothing_is_new_and_what_was_finished_stays(
    ledger: CommandLedger, clock: ManualClock
) -> None:
    await finish(ledger, "done")
    await ledger.claim(a_command(command_id="open"))
    await clock.advance(7)
    assert await ledger.recover() == 1
    assert await ledger.recover() == 0
    done, interrupted = await ledger.unreported()
    assert done == a_result("done", "done")
    assert interrupted.command_id == "open"
    assert interrupted.duration_seconds >= 0
    for name in ("done", "open"):
        assert await ledger.claim(a_command(command_id=name)) is Claim.FINISHED


@pytest.mark.parametrize("action", [Action.GET_SECRET, Action.EXEC])
async def test_what_may_hold_a_secret_is_not_kept_once_it_was_acknowledged(
    ledger: CommandLedger, action: Action
) -> None:
    command = a_command_for(action)
    await ledger.claim(command)
    await ledger.finish(a_result(command.id, "hunter2"))
    await ledger.mark_reported(command.id)
    await ledger.claim(command)
    (result,) = await ledger.unreported()
    assert result.output == "output not kept"
    assert result.outcome is Outcome.SUCCEEDED


async def test_what_was_acknowledged_is_known_for_at_least_a_day(ledger: CommandLedger, clock: ManualClock) -> None:
    await finish(ledger, "c-1")
    await ledger.mark_reported("c-1")
    await clock.advance(24 * 3600 - 1)
    await ledger.claim(a_command(command_id="another"))
    assert await ledger.claim(a_command()) is Claim.FINISHED


async def test_its_status_counts_what_it_holds_and_what_waits(ledger: CommandLedger) -> None:
    assert (ledger.status().entries, ledger.status().unreported) == (0, 0)
    await finish(ledger, "a")
    await finish(ledger, "b")
    await ledger.mark_reported("a")
    assert (ledger.status().entries, ledger.status().unreported) == (2, 1)
