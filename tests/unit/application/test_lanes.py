"""How much runs at once."""

import anyio
import pytest

from adapters.memory.clock import ManualClock
from application.lanes import LaneLimits, Lanes
from domain.commands.actions import Action, Topic
from domain.commands.node_requests import DrainRequest
from domain.commands.requests import Command, Target
from tests.support.commands import a_command, a_command_for, a_scale_request


class Crowd:
    """Enters commands into lanes and lets them go one by one."""

    def __init__(self, lanes: Lanes) -> None:
        self.lanes = lanes
        self.inside: list[str] = []
        self.may_leave: dict[str, anyio.Event] = {}

    async def enter(self, command: Command) -> None:
        self.may_leave[command.id] = anyio.Event()
        self.lanes.take(command.topic)
        try:
            async with self.lanes.enter(command, command.target):
                self.inside.append(command.id)
                await self.may_leave[command.id].wait()
                self.inside.remove(command.id)
        finally:
            self.lanes.leave(command.topic)


def a_read(number: int, topic: Topic = Topic.OPS) -> Command:
    command = a_command_for(Action.GET_LOGS, topic=topic)
    return a_command(command.request, command_id=f"read-{topic}-{number}", topic=topic)


def a_change(number: int) -> Command:
    return a_command(a_scale_request(name=f"web-{number}"), command_id=f"change-{number}")


async def test_each_topic_has_its_own_places_for_reads_and_for_changes() -> None:
    crowd = Crowd(Lanes(LaneLimits(reads=2, changes=1), ManualClock()))
    async with anyio.create_task_group() as group:
        for number in range(3):
            for command in (a_read(number), a_read(number, Topic.AI), a_change(number)):
                group.start_soon(crowd.enter, command)
        await anyio.wait_all_tasks_blocked()
        assert sorted(crowd.inside) == ["change-0", "read-ai-0", "read-ai-1", "read-ops-0", "read-ops-1"]
        assert (crowd.lanes.waiting(Topic.OPS), crowd.lanes.waiting(Topic.AI)) == (3, 1)
        crowd.may_leave["read-ai-1"].set()
        await anyio.wait_all_tasks_blocked()
        assert "read-ai-2" in crowd.inside
        group.cancel_scope.cancel()
    assert crowd.lanes.running == ()
    assert crowd.lanes.waiting(Topic.OPS) == 0


async def test_what_takes_minutes_does_not_keep_out_what_is_done_in_a_moment() -> None:
    lanes = Lanes(LaneLimits(long_changes=2), ManualClock())
    crowd = Crowd(lanes)
    drains = [
        a_command(DrainRequest(target=Target(kind="Node", name=f"node-{number}")), command_id=f"drain-{number}")
        for number in range(3)
    ]
    async with anyio.create_task_group() as group:
        for drain in drains:
            group.start_soon(crowd.enter, drain)
        await anyio.wait_all_tasks_blocked()
        group.start_soon(crowd.enter, a_change(1))
        await anyio.wait_all_tasks_blocked()
        assert crowd.inside == ["drain-0", "drain-1", "change-1"]
        assert lanes.in_the_way_of(drains[2], drains[2].target) == "drain Node node-0, drain Node node-1"
        group.cancel_scope.cancel()


async def test_changes_of_one_target_do_not_fill_the_lane() -> None:
    crowd = Crowd(Lanes(LaneLimits(changes=2), ManualClock()))
    async with anyio.create_task_group() as group:
        for number in range(3):
            group.start_soon(crowd.enter, a_command(command_id=f"same-{number}"))
        await anyio.wait_all_tasks_blocked()
        group.start_soon(crowd.enter, a_change(9))
        await anyio.wait_all_tasks_blocked()
        assert crowd.inside == ["same-0", "change-9"]
        crowd.may_leave["same-0"].set()
        await anyio.wait_all_tasks_blocked()
        assert crowd.inside == ["change-9", "same-1"]
        group.cancel_scope.cancel()
    assert crowd.lanes._targets == {}


async def test_polling_pauses_while_too_many_wait() -> None:
    crowd = Crowd(Lanes(LaneLimits(reads=1, waiting=1), ManualClock()))
    has_room = False

    async def wait_for_room() -> None:
        nonlocal has_room
        await crowd.lanes.wait_for_room(Topic.OPS)
        has_room = True

    async with anyio.create_task_group() as group:
        group.start_soon(crowd.enter, a_read(0))
        await anyio.wait_all_tasks_blocked()
        group.start_soon(crowd.enter, a_read(1))
        await anyio.wait_all_tasks_blocked()
        group.start_soon(wait_for_room)
        await anyio.wait_all_tasks_blocked()
        assert not has_room
        crowd.may_leave["read-ops-0"].set()
        await anyio.wait_all_tasks_blocked()
        assert has_room
        group.cancel_scope.cancel()


@pytest.mark.parametrize(("name", "expected"), [("web", "scale Deployment shop/web"), ("cart", "other commands")])
async def test_what_is_in_the_way_is_named(name: str, expected: str) -> None:
    crowd = Crowd(Lanes(LaneLimits(), ManualClock()))
    async with anyio.create_task_group() as group:
        if name == "web":
            group.start_soon(crowd.enter, a_command(command_id="first"))
            await anyio.wait_all_tasks_blocked()
        second = a_command(a_scale_request(name=name), command_id="second")
        assert crowd.lanes.in_the_way_of(second, second.target) == expected
        group.cancel_scope.cancel()
