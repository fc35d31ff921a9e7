"""One round of the OTel refresh: its deadline, single flight, and clocks that jump."""

import anyio

from domain.otel.parts import PartName
from domain.otel.status import PartState
from tests.support.otel_world import World


async def test_a_round_has_its_own_deadline_and_counts_as_failed_for_what_did_not_answer(world: World) -> None:
    world.store.slow_down(1000.0)
    async with anyio.create_task_group() as group:
        group.start_soon(world.otel.refresh)
        await world.clock.advance(29.0)
        assert world.otel.status()[0].error == ""
        await world.clock.advance(1.0)
    assert world.otel.current() is None
    assert {status.error for status in world.otel.status()} == {"no answer within 30 s"}


async def test_what_answered_within_the_deadline_is_kept(world: World) -> None:
    await world.otel.refresh()
    read_at = world.known().apm.read_at
    await world.clock.advance(60.0)
    world.store.slow_down(20.0)
    async with anyio.create_task_group() as group:
        group.start_soon(world.otel.refresh)
        await world.clock.advance(20.0)
    assert world.known().apm.read_at > read_at
    assert world.states() == {PartState.FRESH}


async def test_what_is_known_is_there_at_once_while_a_round_hangs(world: World) -> None:
    await world.otel.refresh()
    before = world.known()
    await world.clock.advance(60.0)
    world.store.slow_down(1000.0)
    async with anyio.create_task_group() as group:
        group.start_soon(world.otel.refresh)
        await anyio.wait_all_tasks_blocked()
        assert world.known().apm == before.apm
        group.cancel_scope.cancel()


async def test_only_one_round_runs_at_a_time_and_who_waits_finds_nothing_due(world: World) -> None:
    world.store.slow_down(10.0)
    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(world.otel.refresh)
        await world.clock.advance(10.0)
    assert world.store.asked == dict.fromkeys(PartName, 1)


async def test_a_cancelled_round_leaves_everything_as_it_was_and_due(world: World) -> None:
    world.store.slow_down(10.0)
    async with anyio.create_task_group() as group:
        group.start_soon(world.otel.refresh)
        await anyio.wait_all_tasks_blocked()
        group.cancel_scope.cancel()
    assert world.states() == {PartState.UNKNOWN}
    assert world.otel.seconds_until_due() == 0.0
    world.store.slow_down(0.0)
    await world.otel.refresh()
    assert world.otel.current() is not None


async def test_a_clock_that_jumps_ages_nothing(world: World) -> None:
    await world.otel.refresh()
    world.clock.jump_wall_clock(-86_400.0)
    assert world.known().apm.expired is False
    world.clock.jump_wall_clock(2 * 86_400.0)
    assert world.known().apm.expired is False
    assert world.status(PartName.APM).age_seconds == 0.0
