"""A process that is killed at any step of a command: what its successor says is true, and nothing is new twice."""

import subprocess
import sys
from enum import StrEnum
from pathlib import Path

import pytest

from adapters.ledger.sqlite import SqliteLedger
from adapters.memory.clock import ManualClock
from domain.commands.actions import Action
from domain.commands.ledger_book import NOT_STARTED, OUTCOME_UNKNOWN, SAFE_TO_REPEAT, Claim
from domain.commands.results import Outcome
from tests.support.agent_process import unmeasured
from tests.support.commands import a_command_for


class Step(StrEnum):
    """The last thing that the process did."""

    CLAIMED = "claimed"
    STARTED = "started"
    FINISHED = "finished"
    REPORTED = "reported"


CLASSES = {"read": Action.GET_LOGS, "repeatable change": Action.SCALE, "change that is not": Action.DELETE}
PROGRAM = """
import asyncio, sys
from pathlib import Path
sys.path[:0] = {paths!r}
from adapters.ledger.sqlite import SqliteLedger
from adapters.system.clock import SystemClock
from domain.commands.actions import Action
from tests.support.commands import a_command_for
from tests.unit.adapters.ledger.ledgers import a_result
async def main():
    ledger = SqliteLedger(Path({path!r}), SystemClock())
    await ledger.open()
    command = a_command_for(Action({action!r}))
    steps = dict(
        claimed=lambda: ledger.claim(command), started=lambda: ledger.start(command.id),
        finished=lambda: ledger.finish(a_result(command.id)), reported=lambda: ledger.mark_reported(command.id))
    for name, step in steps.items():
        await step()
        if name == {step!r}:
            print("there", flush=True)
            sys.stdin.read()
asyncio.run(main())
"""


def _run_until_killed(path: Path, step: Step, action: Action) -> None:
    folders = [one for one in sys.path if one]
    program = PROGRAM.format(paths=folders, path=str(path), action=action.value, step=step.value)
    command = [sys.executable, "-c", program]
    # Not measured: what is killed leaves half a file of coverage behind.
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=unmeasured()) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"there\n"
        child.kill()
        child.wait()


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("action", CLASSES.values(), ids=CLASSES.keys())
async def test_after_a_kill_the_truth_is_told_and_nothing_is_carried_out_again(
    tmp_path: Path, step: Step, action: Action
) -> None:
    path = tmp_path / "ledger.db"
    _run_until_killed(path, step, action)
    ledger = SqliteLedger(path, ManualClock())
    await ledger.open()
    assert ledger.status().durable
    recovered = await ledger.recover()
    results = await ledger.unreported()
    assert await ledger.claim(a_command_for(action)) is Claim.FINISHED
    await ledger.aclose()
    match step:
        case Step.REPORTED:
            assert (recovered, results) == (0, ())
        case Step.FINISHED:
            assert recovered == 0
            assert [result.outcome for result in results] == [Outcome.SUCCEEDED]
        case Step.CLAIMED:
            assert [(one.outcome, one.error) for one in results] == [(Outcome.FAILED, NOT_STARTED)]
        case Step.STARTED:
            truth = (Outcome.FAILED, SAFE_TO_REPEAT) if action.is_safe_to_repeat else (Outcome.UNKNOWN, OUTCOME_UNKNOWN)
            assert [(one.outcome, one.error) for one in results] == [truth]
