"""Crashed tasks start again; only a start that an operator must mend ends the start."""

import anyio
import pytest
from anyio.abc import TaskStatus

from adapters.memory.clock import ManualClock
from adapters.scheduler.supervisor import Supervisor
from domain.errors import AgentError
from tests.support.observers import RecordingObserver


class Fragile:
    """Crashes the given number of times, before or after saying that it started."""

    def __init__(self, error: Exception, *, crashes: int, before_start: bool = False) -> None:
        self._error = error
        self._crashes = crashes
        self._before_start = before_start
        self.runs = 0

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        self.runs += 1
        if not self._before_start:
            task_status.started()
        if self.runs <= self._crashes:
            raise self._error
        task_status.started()
        await anyio.sleep_forever()


async def test_a_crashed_task_starts_again_and_is_counted() -> None:
    clock, observer = ManualClock(), RecordingObserver()
    fragile = Fragile(ZeroDivisionError(), crashes=3)
    async with anyio.create_task_group() as group:
        await group.start(Supervisor(clock, observer).keep, "fragile", fragile.run)
        await clock.advance(120)
        assert fragile.runs == 4
        group.cancel_scope.cancel()
    assert observer.crashes == ["fragile"] * 3


async def test_a_crash_loop_does_not_spin() -> None:
    clock = ManualClock()
    fragile = Fragile(ZeroDivisionError(), crashes=10**6)
    async with anyio.create_task_group() as group:
        await group.start(Supervisor(clock, RecordingObserver()).keep, "fragile", fragile.run)
        await clock.advance(60)
        group.cancel_scope.cancel()
    assert 2 <= fragile.runs <= 61


@pytest.mark.parametrize("error", [AgentError("address in use"), OSError("no such file")])
async def test_a_start_that_an_operator_must_mend_ends_the_start(error: Exception) -> None:
    fragile = Fragile(error, crashes=1, before_start=True)
    with pytest.raises(type(error)):
        await Supervisor(ManualClock(), RecordingObserver()).keep("fragile", fragile.run)


async def test_the_same_error_later_does_not() -> None:
    clock = ManualClock()
    fragile = Fragile(OSError("network"), crashes=1)
    async with anyio.create_task_group() as group:
        await group.start(Supervisor(clock, RecordingObserver()).keep, "fragile", fragile.run)
        await clock.advance(10)
        assert fragile.runs == 2
        group.cancel_scope.cancel()


async def test_a_task_that_returns_is_done() -> None:
    async def short(*, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        await anyio.lowlevel.checkpoint()
        task_status.started()

    observer = RecordingObserver()
    await Supervisor(ManualClock(), observer).keep("short", short)
    assert observer.crashes == []
