"""What runs for long is seen to run."""

from itertools import pairwise

import anyio
import pytest

from adapters.memory.clock import ManualClock
from application.lanes import LaneLimits, Lanes
from application.report_progress import ReportProgress
from tests.support.commands import a_command

LONGEST_SILENCE_SECONDS = 15.0


async def test_a_long_command_is_told_of_every_15_seconds_with_how_far_it_has_come(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    clock = ManualClock()
    lanes = Lanes(LaneLimits(), clock)
    command = a_command()
    told_at: list[float] = [0.0]
    async with anyio.create_task_group() as group:
        await group.start(ReportProgress(lanes, clock).run)
        async with lanes.enter(command, command.target):
            for second in range(1, 61):
                if second == 20:
                    # Whoever notes it writes a line, too.
                    lanes.note(command.id, "3 of 12 pods")
                    told_at.append(clock.monotonic())
                before = len(caplog.records)
                await clock.advance(1)
                if len(caplog.records) > before:
                    told_at.append(clock.monotonic())
        quiet = len(caplog.records)
        await clock.advance(60)
        assert len(caplog.records) == quiet
        group.cancel_scope.cancel()
    pauses = [later - sooner for sooner, later in pairwise(told_at)]
    assert len(pauses) >= 4
    assert max(pauses) <= LONGEST_SILENCE_SECONDS
    last = vars(caplog.records[-1])
    assert last["message"] == "command goes on"
    assert (last["command_id"], last["action"], last["target"]) == ("c-1", "scale", "Deployment shop/web")
    assert (last["progress"], last["seconds"]) == ("3 of 12 pods", told_at[-1])


async def test_a_note_about_a_command_that_has_ended_is_none() -> None:
    lanes = Lanes(LaneLimits(), ManualClock())
    lanes.note("c-1", "too late")
    assert lanes.running == ()
