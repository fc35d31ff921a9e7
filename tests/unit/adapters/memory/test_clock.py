"""ManualClock: time moves only when told, stops at every moment that matters, and lets things run there."""

from datetime import UTC, datetime, timedelta

import anyio
from hypothesis import given
from hypothesis import strategies as st

from adapters.memory.clock import ManualClock

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


async def test_time_stands_still_until_it_is_told_to_go_on() -> None:
    clock = ManualClock(START)
    await anyio.wait_all_tasks_blocked()
    assert (clock.now(), clock.monotonic()) == (START, 0)
    await clock.advance(90)
    assert (clock.now(), clock.monotonic()) == (START + timedelta(seconds=90), 90)


async def test_a_sleeper_sees_the_moment_for_which_it_waited() -> None:
    clock = ManualClock(START)
    seen: list[float] = []

    async def tick() -> None:
        while True:
            await clock.sleep(10)
            seen.append(clock.monotonic())

    async with anyio.create_task_group() as group:
        group.start_soon(tick)
        await clock.advance(35)
        assert seen == [10, 20, 30]
        await clock.advance(5)
        assert seen == [10, 20, 30, 40]
        group.cancel_scope.cancel()


async def test_what_a_sleeper_starts_on_waking_is_done_before_time_goes_on() -> None:
    clock = ManualClock()
    seen: list[tuple[str, float]] = []

    async def chain(name: str, *seconds: float) -> None:
        for pause in seconds:
            await clock.sleep(pause)
            seen.append((name, clock.monotonic()))

    async with anyio.create_task_group() as group:
        group.start_soon(chain, "a", 1, 2, 4)
        group.start_soon(chain, "b", 2, 2)
        await clock.advance(10)
    assert seen == [("a", 1), ("b", 2), ("a", 3), ("b", 4), ("a", 7)]


async def test_nothing_that_is_not_due_wakes() -> None:
    clock = ManualClock()
    with anyio.move_on_after(0) as scope:
        async with anyio.create_task_group() as group:
            group.start_soon(clock.sleep, 10.001)
            scope.deadline = float("inf")
            await clock.advance(10)
            scope.cancel()
    assert scope.cancelled_caught


async def test_a_deadline_ends_at_its_moment() -> None:
    clock = ManualClock()
    ended: list[float] = []

    async def hang() -> None:
        try:
            async with clock.deadline(25):
                await anyio.sleep_forever()
        except TimeoutError:
            ended.append(clock.monotonic())

    async with anyio.create_task_group() as group:
        group.start_soon(hang)
        await clock.advance(100)
    assert ended == [25]


async def test_a_deadline_that_was_met_leaves_nothing_behind() -> None:
    clock = ManualClock()
    async with clock.deadline(25):
        pass
    await clock.advance(100)
    assert clock.monotonic() == 100


async def test_a_jump_of_the_wall_clock_does_not_touch_the_other() -> None:
    clock = ManualClock(START)
    await clock.advance(5)
    clock.jump_wall_clock(-3600)
    assert clock.now() == START + timedelta(seconds=5 - 3600)
    assert clock.monotonic() == 5


@given(st.lists(st.floats(min_value=0.001, max_value=1000), max_size=20), st.integers(min_value=1, max_value=5))
def test_however_time_is_cut_sleepers_wake_in_order(pauses: list[float], pieces: int) -> None:
    async def scenario() -> list[float]:
        clock = ManualClock()
        woken: list[float] = []

        async def sleep(seconds: float) -> None:
            await clock.sleep(seconds)
            woken.append(seconds)

        async with anyio.create_task_group() as group:
            for pause in pauses:
                group.start_soon(sleep, pause)
            for _ in range(pieces):
                await clock.advance(1001 / pieces)
        return woken

    assert anyio.run(scenario) == sorted(pauses)
