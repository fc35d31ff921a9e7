"""InMemoryMaster: what it remembers, how long it holds, whom it gives a command."""

from collections.abc import Awaitable, Callable

import anyio
import pytest

from adapters.memory.clock import ManualClock
from adapters.memory.cluster import InMemoryCluster
from adapters.memory.gateway import KEPT, KEPT_SNAPSHOTS, InMemoryMaster
from application.collect_snapshot import CollectSnapshot
from domain.cluster.snapshot import ClusterSnapshot
from domain.commands.actions import Topic
from domain.commands.requests import Command, MalformedCommand
from domain.commands.results import Outcome, RenderedResult
from ports.errors import AccessDenied, PortError, Unavailable
from tests.support.commands import a_command, a_malformed_command

DOWN = Unavailable("ask the Master", "connection refused")


def a_snapshot(clock: ManualClock, cluster_id: str = "c1") -> ClusterSnapshot:
    cluster = InMemoryCluster(clock)
    return CollectSnapshot(cluster, lambda: None, lambda: cluster_id, clock, initial_sync_timeout_seconds=1).collect()


def a_result(command_id: str) -> RenderedResult:
    return RenderedResult(command_id=command_id, outcome=Outcome.SUCCEEDED, output="", error="", duration_seconds=1)


async def poll(master: InMemoryMaster, found: list[Command | MalformedCommand | None]) -> None:
    found.append(await master.next_command(Topic.OPS))


async def test_snapshots_are_remembered_oldest_first_and_not_for_ever() -> None:
    clock = ManualClock()
    master = InMemoryMaster(clock)
    snapshot = a_snapshot(clock)
    sizes = {await master.push_snapshot(snapshot) for _ in range(KEPT_SNAPSHOTS)}
    last = a_snapshot(clock, "c2")
    await master.push_snapshot(last)
    assert len(master.pushed) == KEPT_SNAPSHOTS
    assert master.pushed[-1] is last
    assert len(sizes) == 1
    assert min(sizes) > 0


async def test_results_are_remembered_repeats_included_and_not_for_ever() -> None:
    master = InMemoryMaster(ManualClock())
    for number in range(KEPT):
        await master.report_result(a_result(f"c-{number}"))
    await master.report_result(a_result("c-1"))
    assert len(master.results) == KEPT
    assert [result.command_id for result in master.results[-2:]] == [f"c-{KEPT - 1}", "c-1"]


async def test_a_poll_is_held_as_long_as_the_real_master_holds_it() -> None:
    clock = ManualClock()
    found: list[Command | MalformedCommand | None] = []
    async with anyio.create_task_group() as group:
        group.start_soon(poll, InMemoryMaster(clock), found)
        await clock.advance(59.9)
        assert found == []
        await clock.advance(0.2)
        assert found == [None]


async def test_a_command_that_arrives_ends_the_hold_at_once() -> None:
    clock = ManualClock()
    master = InMemoryMaster(clock)
    found: list[Command | MalformedCommand | None] = []
    async with anyio.create_task_group() as group:
        group.start_soon(poll, master, found)
        await clock.advance(10)
        master.enqueue(a_command(topic=Topic.AI))
        await anyio.wait_all_tasks_blocked()
        assert found == []
        master.enqueue(a_malformed_command())
    assert found == [a_malformed_command()]
    assert (master.waiting(Topic.OPS), master.waiting(Topic.AI)) == (0, 1)
    assert clock.monotonic() == 10


async def test_of_two_polls_each_command_goes_to_exactly_one() -> None:
    clock = ManualClock()
    master = InMemoryMaster(clock)
    found: list[Command | MalformedCommand | None] = []
    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(poll, master, found)
        await anyio.wait_all_tasks_blocked()
        master.enqueue(a_command(command_id="a"))
        master.enqueue(a_command(command_id="b"))
        await clock.advance(60)
    taken = [command.id for command in found if command is not None]
    assert sorted(taken) == ["a", "b"]
    assert found.count(None) == 1


async def test_a_poll_that_is_cancelled_takes_nothing() -> None:
    master = InMemoryMaster(ManualClock())
    async with anyio.create_task_group() as group:
        group.start_soon(poll, master, [])
        await anyio.wait_all_tasks_blocked()
        group.cancel_scope.cancel()
    master.enqueue(a_command())
    assert master.waiting(Topic.OPS) == 1


async def test_a_command_that_arrives_while_its_poll_is_cancelled_is_with_one_of_the_two_sides() -> None:
    master = InMemoryMaster(ManualClock())
    found: list[Command | MalformedCommand | None] = []
    async with anyio.create_task_group() as group:
        group.start_soon(poll, master, found)
        await anyio.wait_all_tasks_blocked()
        master.enqueue(a_command())
        group.cancel_scope.cancel()
    assert len(found) + master.waiting(Topic.OPS) == 1


@pytest.mark.parametrize("error", [DOWN, AccessDenied("ask the Master", "401")])
async def test_what_fails_does_not_arrive(error: PortError) -> None:
    clock = ManualClock()
    master = InMemoryMaster(clock)
    master.enqueue(a_command())
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "push_snapshot": lambda: master.push_snapshot(a_snapshot(clock)),
        "send_heartbeat": master.send_heartbeat,
        "next_command": lambda: master.next_command(Topic.OPS),
        "report_result": lambda: master.report_result(a_result("c-1")),
    }
    for operation, call in calls.items():
        master.fail_next(operation, error)
        with pytest.raises(type(error)):
            await call()
    assert (master.pushed, master.heartbeats, master.results, master.waiting(Topic.OPS)) == ((), 0, (), 1)


async def test_a_master_that_is_down_stays_down_until_it_is_told_otherwise() -> None:
    master = InMemoryMaster(ManualClock())
    master.fail_until_told("send_heartbeat", DOWN)
    for _ in range(3):
        with pytest.raises(Unavailable):
            await master.send_heartbeat()
    master.fail_until_told("send_heartbeat", None)
    await master.send_heartbeat()
    assert master.heartbeats == 1
