"""A signal in every phase: the agent ends in time, with exit code 0, and nothing that the Master waits for is lost.

All agents of this module run at the same time, because some need the better part of the grace period.
"""

import signal
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import anyio
import pytest

from adapters.embedded.demo_master.records import CommandRecord
from bootstrap.lifespan import GRACE_SECONDS
from bootstrap.wiring import FINISH_SECONDS
from tests.e2e.scenes import SCENES, UNDECIDED, Phase, Scene
from tests.e2e.stage import Json, a_stage

pytestmark = pytest.mark.timeout(300)

_STARTS_AT_ONCE = 3
_SIGINT_TOO = (Phase.IMPORTING, Phase.FIRST_SYNC, Phase.POLLS_HELD, Phase.RESULT_REFUSED_AT_FIRST)
_CASES = [(phase, signal.SIGTERM) for phase in Phase] + [(phase, signal.SIGINT) for phase in _SIGINT_TOO]
_DELIVERED = (
    Phase.COMMAND_ENDS_IN_TIME,
    Phase.COMMAND_DOES_NOT_END,
    Phase.RESULT_REFUSED_AT_FIRST,
    Phase.RESULT_NOT_ANSWERED_AT_FIRST,
)
_NOT_DELIVERED = (Phase.RESULT_NEVER_TAKEN, Phase.SECOND_SIGNAL)

Case = tuple[Phase, signal.Signals]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How an agent ended."""

    code: int
    seconds: float
    output: str
    lines: list[Json]
    commands: list[CommandRecord]
    replicas: int

    def only(self, message: str) -> Json:
        """The one line with this message."""
        (line,) = (line for line in self.lines if line["message"] == message)
        return line


@pytest.fixture(scope="module")
def endings(tmp_path_factory: pytest.TempPathFactory) -> Mapping[Case, Ending | str]:
    """The ending of every case; a text says why a phase was not reached."""
    found: dict[Case, Ending | str] = {}

    async def play(case: Case, starts: anyio.CapacityLimiter, folder: Path) -> None:
        try:
            found[case] = await _ending(SCENES[case[0]], case[1], starts, folder)
        except* AssertionError as failures:
            found[case] = repr(failures.exceptions)

    async def play_all() -> None:
        starts = anyio.CapacityLimiter(_STARTS_AT_ONCE)
        # The longest first.
        order = sorted(_CASES, key=lambda case: case[0] not in {Phase.COMMAND_DOES_NOT_END, Phase.RESULT_NEVER_TAKEN})
        async with anyio.create_task_group() as group:
            for case in order:
                group.start_soon(play, case, starts, tmp_path_factory.mktemp(case[0]))

    anyio.run(play_all)
    return found


async def _ending(scene: Scene, number: signal.Signals, starts: anyio.CapacityLimiter, folder: Path) -> Ending:
    async with (
        a_stage(folder, poll_hold_seconds=scene.poll_hold_seconds) as stage,
        AsyncExitStack() as starting,
    ):
        scene.prepare(stage)
        await starting.enter_async_context(starts)
        async with stage.running(**{UNDECIDED: "1", **scene.environ}) as agent:
            await scene.reached(stage)
            await starting.aclose()
            began = time.monotonic()
            agent.signal(number)
            await scene.after(stage)
            code = await agent.ended()
            return Ending(
                code=code,
                seconds=time.monotonic() - began,
                output=agent.output,
                lines=stage.lines(),
                commands=stage.master.store.commands.newest_first(),
                replicas=stage.api.get("deployments", "web", "shop")["spec"]["replicas"],
            )


def _ending_of(endings: Mapping[Case, Ending | str], phase: Phase, number: signal.Signals = signal.SIGTERM) -> Ending:
    found = endings[phase, number]
    assert isinstance(found, Ending), found
    return found


def test_every_phase_has_a_scene() -> None:
    assert set(SCENES) == set(Phase)


@pytest.mark.parametrize(("phase", "number"), _CASES)
def test_a_signal_ends_the_agent_with_0_in_time_and_quietly(
    endings: Mapping[Case, Ending | str], phase: Phase, number: signal.Signals
) -> None:
    ending = _ending_of(endings, phase, number)
    assert ending.code == 0, ending.output
    assert ending.seconds < GRACE_SECONDS + 3
    for noise in ("Traceback", "Exception", "never retrieved", "never awaited", "crashed"):
        assert noise not in ending.output, ending.output
    if phase is not Phase.IMPORTING:
        assert ending.only("stopping")["signal"] == number.name
        assert ending.lines[-1]["message"] == "stopped"


@pytest.mark.parametrize("phase", sorted(set(Phase) - {*_NOT_DELIVERED, Phase.COMMAND_DOES_NOT_END}))
def test_what_need_not_be_waited_for_is_not_waited_for(endings: Mapping[Case, Ending | str], phase: Phase) -> None:
    assert _ending_of(endings, phase).seconds < FINISH_SECONDS


@pytest.mark.parametrize("phase", _DELIVERED)
def test_the_result_is_delivered_before_the_end(endings: Mapping[Case, Ending | str], phase: Phase) -> None:
    ending = _ending_of(endings, phase)
    (command,) = ending.commands
    assert command.result is not None
    assert "results not delivered before the end" not in ending.output
    if phase is Phase.COMMAND_DOES_NOT_END:
        assert command.result.error.startswith("interrupted: the agent is stopping")
        assert ending.replicas == 2
    else:
        assert command.status == "success"
        assert ending.replicas == 7


@pytest.mark.parametrize("phase", _NOT_DELIVERED)
def test_a_result_that_is_left_is_named(endings: Mapping[Case, Ending | str], phase: Phase) -> None:
    ending = _ending_of(endings, phase)
    (command,) = ending.commands
    assert command.result is None
    left = ending.only("results not delivered before the end")
    assert (left["level"], left["commands"], left["kept"]) == ("error", [command.id], True)


def test_a_second_signal_does_not_wait(endings: Mapping[Case, Ending | str]) -> None:
    ending = _ending_of(endings, Phase.SECOND_SIGNAL)
    assert ending.only("stopping at once: second signal")["signal"] == "SIGTERM"
    assert ending.only("command finished")["error"].startswith("interrupted: the agent is stopping")
    assert ending.seconds < FINISH_SECONDS
