"""What every Clock promises (ports.clock)."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any

import anyio
import pytest

from adapters.memory.clock import ManualClock
from adapters.system.clock import SystemClock
from ports.clock import Clock

PORT = Clock
ADAPTERS = (ManualClock, SystemClock)
SHORT_SECONDS = 0.05
LONG_SECONDS = 3600.0


@dataclass(frozen=True)
class Time:
    """A clock, and what lets its time pass."""

    clock: Clock
    pass_seconds: Callable[[float], Coroutine[Any, Any, None]]


def manual() -> Time:
    clock = ManualClock()
    return Time(clock, clock.advance)


def system() -> Time:
    return Time(SystemClock(), anyio.sleep)


TIMES = {"manual": manual, "system": system}


@pytest.fixture(params=sorted(TIMES))
def time(request: pytest.FixtureRequest) -> Time:
    return TIMES[request.param]()


async def test_wall_clock_times_are_utc(time: Time) -> None:
    assert time.clock.now().tzinfo is UTC


async def test_both_clocks_go_on_together(time: Time) -> None:
    now, monotonic = time.clock.now(), time.clock.monotonic()
    await time.pass_seconds(SHORT_SECONDS)
    assert time.clock.monotonic() >= monotonic + SHORT_SECONDS * 0.9
    assert time.clock.now() >= now + timedelta(seconds=SHORT_SECONDS * 0.9)


@pytest.mark.parametrize("seconds", [0.0, -1.0])
async def test_a_sleep_of_nothing_returns_at_once(time: Time, seconds: float) -> None:
    with anyio.fail_after(20):
        await time.clock.sleep(seconds)


async def test_a_sleep_lasts_as_long_as_it_should(time: Time) -> None:
    started = time.clock.monotonic()
    async with anyio.create_task_group() as group:
        group.start_soon(time.pass_seconds, 2 * SHORT_SECONDS)
        await time.clock.sleep(SHORT_SECONDS)
        assert time.clock.monotonic() - started >= SHORT_SECONDS * 0.9


async def test_sleepers_wake_in_the_order_of_their_times(time: Time) -> None:
    woken: list[float] = []

    async def sleep(seconds: float) -> None:
        await time.clock.sleep(seconds)
        woken.append(seconds)

    async with anyio.create_task_group() as group:
        for factor in (8, 1, 4):
            group.start_soon(sleep, factor * SHORT_SECONDS)
        await time.pass_seconds(8 * SHORT_SECONDS)
    assert woken == sorted(woken)
    assert len(woken) == 3


async def test_cancellation_ends_a_sleep(time: Time) -> None:
    with anyio.fail_after(20):
        async with anyio.create_task_group() as group:
            group.start_soon(time.clock.sleep, LONG_SECONDS)
            await anyio.wait_all_tasks_blocked()
            group.cancel_scope.cancel()


async def test_what_is_done_before_its_deadline_goes_on(time: Time) -> None:
    async with time.clock.deadline(LONG_SECONDS):
        await time.clock.sleep(0)


async def test_what_is_not_done_by_its_deadline_is_cancelled(time: Time) -> None:
    reached: list[str] = []

    async def hang() -> None:
        with pytest.raises(TimeoutError):
            async with time.clock.deadline(SHORT_SECONDS):
                await anyio.sleep_forever()
        reached.append("end")

    async with anyio.create_task_group() as group:
        group.start_soon(hang)
        await time.pass_seconds(2 * SHORT_SECONDS)
    assert reached == ["end"]


@pytest.mark.parametrize("seconds", [0.0, -1.0])
async def test_a_deadline_in_the_past_is_over_at_once(time: Time, seconds: float) -> None:
    with anyio.fail_after(20), pytest.raises(TimeoutError):
        async with time.clock.deadline(seconds):
            await anyio.sleep_forever()


async def test_of_nested_deadlines_the_first_to_come_ends_its_own_block(time: Time) -> None:
    reached: list[str] = []

    async def work() -> None:
        async with time.clock.deadline(LONG_SECONDS):
            with pytest.raises(TimeoutError):
                async with time.clock.deadline(SHORT_SECONDS):
                    await anyio.sleep_forever()
            reached.append("outer goes on")

    async with anyio.create_task_group() as group:
        group.start_soon(work)
        await time.pass_seconds(2 * SHORT_SECONDS)
    assert reached == ["outer goes on"]


async def test_an_outer_deadline_is_no_timeout_of_the_inner_block(time: Time) -> None:
    reached: list[str] = []

    async def hang() -> None:
        try:
            async with time.clock.deadline(LONG_SECONDS):
                await anyio.sleep_forever()
        except TimeoutError:
            reached.append("inner")

    async def work() -> None:
        with pytest.raises(TimeoutError):
            async with time.clock.deadline(SHORT_SECONDS):
                await hang()
        reached.append("outer")

    async with anyio.create_task_group() as group:
        group.start_soon(work)
        await time.pass_seconds(2 * SHORT_SECONDS)
    assert reached == ["outer"]


async def test_what_the_block_raises_passes_a_deadline(time: Time) -> None:
    with pytest.raises(ZeroDivisionError):
        async with time.clock.deadline(LONG_SECONDS):
            raise ZeroDivisionError


async def test_a_cancelled_block_is_no_timeout(time: Time) -> None:
    timed_out: list[bool] = []

    async def work() -> None:
        try:
            async with time.clock.deadline(LONG_SECONDS):
                await anyio.sleep_forever()
        except TimeoutError:
            timed_out.append(True)

    async with anyio.create_task_group() as group:
        group.start_soon(work)
        await anyio.wait_all_tasks_blocked()
        group.cancel_scope.cancel()
    assert timed_out == []
