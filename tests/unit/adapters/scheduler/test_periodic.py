"""Loops at a fixed rate, in simulated time."""

import logging

import anyio
import pytest

from adapters.memory.clock import ManualClock
from adapters.scheduler.periodic import Periodic
from ports.errors import Unavailable
from tests.support.observers import RecordingObserver


class Job:
    """Notes when it started; takes as long and fails as often as it is told."""

    def __init__(
        self,
        clock: ManualClock,
        *,
        takes: dict[int, float] | None = None,
        fails: int = 0,
        asks_seconds: float | None = None,
    ) -> None:
        self._asks_seconds = asks_seconds
        self._clock = clock
        self._takes = takes or {}
        self._fails = fails
        self.started: list[float] = []

    async def __call__(self) -> None:
        self.started.append(self._clock.monotonic())
        if seconds := self._takes.get(len(self.started)):
            await self._clock.sleep(seconds)
        if len(self.started) <= self._fails:
            raise Unavailable("push", "refused", retry_after_seconds=self._asks_seconds)


async def _run(job: Job, clock: ManualClock, seconds: float, retry_seconds: float | None = None) -> RecordingObserver:
    observer = RecordingObserver()
    loop = Periodic("loop", job, clock, observer, period_seconds=10, timeout_seconds=35, retry_seconds=retry_seconds)
    async with anyio.create_task_group() as group:
        await group.start(loop.run)
        await clock.advance(seconds)
        group.cancel_scope.cancel()
    return observer


async def test_rounds_start_at_once_and_then_at_a_fixed_rate() -> None:
    clock = ManualClock()
    job = Job(clock, takes={1: 4, 2: 3})
    observer = await _run(job, clock, 35)
    assert job.started == [0, 10, 20, 30]
    assert observer.rounds == [("loop", "")] * 4


async def test_a_stall_skips_rounds_and_makes_no_burst() -> None:
    clock = ManualClock()
    job = Job(clock, takes={2: 25})
    await _run(job, clock, 60)
    assert job.started == [0, 10, 40, 50, 60]


async def test_a_round_that_takes_too_long_is_given_up() -> None:
    clock = ManualClock()
    job = Job(clock, takes={1: 100})
    observer = await _run(job, clock, 45)
    assert observer.rounds == [("loop", "loop: not done within 35 s"), ("loop", "")]
    assert job.started == [0, 40]


async def test_a_failure_ends_the_round_and_not_the_loop() -> None:
    clock = ManualClock()
    job = Job(clock, fails=2)
    observer = await _run(job, clock, 20)
    assert observer.rounds == [("loop", "push: refused"), ("loop", "push: refused"), ("loop", "")]


async def test_a_failed_round_is_repeated_soon_and_the_rhythm_stays() -> None:
    clock = ManualClock()
    job = Job(clock, fails=3)
    await _run(job, clock, 20, retry_seconds=2)
    assert job.started == [0, 2, 4, 6, 10, 20]


@pytest.mark.parametrize(
    ("asks_seconds", "started"), [(5, [0, 10, 20]), (10, [0, 10, 20]), (11, [0, 20, 30]), (60, [0, 30, 40])]
)
async def test_who_asks_to_be_left_alone_is_but_not_for_ever(asks_seconds: float, started: list[float]) -> None:
    clock = ManualClock()
    job = Job(clock, fails=1, asks_seconds=asks_seconds)
    await _run(job, clock, started[-1])
    assert job.started == started


async def test_of_a_loop_that_must_not_fall_silent_only_the_repeats_wait() -> None:
    clock = ManualClock()
    job = Job(clock, fails=3, asks_seconds=7)
    await _run(job, clock, 30, retry_seconds=2)
    assert job.started == [0, 7, 10, 17, 20, 30]
    silent = Job(clock, fails=3, asks_seconds=60)
    began = clock.monotonic()
    await _run(silent, clock, 30, retry_seconds=2)
    assert [at - began for at in silent.started] == [0, 10, 20, 30]


async def test_a_long_outage_is_told_at_its_start_now_and_then_and_at_its_end(caplog: pytest.LogCaptureFixture) -> None:
    clock = ManualClock()
    with caplog.at_level(logging.INFO):
        await _run(Job(clock, fails=7), clock, 100)
    told = [(record.message, vars(record)["failures"]) for record in caplog.records]
    assert told == [("loop fails", 1), ("loop fails", 4), ("loop fails", 7), ("loop recovered", 7)]


async def test_a_bug_in_the_job_is_the_supervisors_business() -> None:
    clock = ManualClock()

    async def broken() -> None:
        await anyio.lowlevel.checkpoint()
        raise ZeroDivisionError

    loop = Periodic("loop", broken, clock, RecordingObserver(), period_seconds=10)
    with pytest.raises(ZeroDivisionError):
        await loop.run()
