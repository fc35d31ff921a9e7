"""application.drain_node: what a drain does, in which order, and how often."""

import anyio
import pytest

from domain.commands.drain import Skip
from domain.commands.drain_course import Stage
from domain.commands.node_requests import DrainOptions
from domain.commands.results import Outcome
from ports.errors import InvalidRequest, NotFound, PortError, Unavailable
from ports.nodes import Eviction, EvictionAnswer, Removal
from tests.support.drain_scene import DENIED, DOWN, GONE, Scene, evicted, left
from tests.support.scripted_nodes import BLOCKED


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def test_a_node_is_taken_out_of_service_before_its_pods_go(scene: Scene) -> None:
    for name in ("web-1", "web-2"):
        scene.nodes.add(name)
    result = await scene.drained(DrainOptions(pod_selector="app=web"))
    assert scene.nodes.calls[:4] == ["cordon", "drain_candidates app=web", "evict", "evict"]
    assert (result.node, result.was_schedulable, evicted(result)) == ("node-1", True, ["web-1", "web-2"])
    assert scene.nodes.is_cordoned


async def test_a_node_without_pods_is_drained_at_once(scene: Scene) -> None:
    scene.nodes.add("static", is_mirror=True)
    result = await scene.drained(within_seconds=0)
    assert (evicted(result), [reason for _, reason in result.skipped]) == ([], [Skip.MIRROR])


async def test_one_pod_that_forbids_it_keeps_all_of_them_where_they_are(scene: Scene) -> None:
    scene.nodes.add("web-1")
    scene.nodes.add("single", has_controller=False)
    error = await scene.stopped()
    assert "evict" not in scene.nodes.calls
    assert str(error) == (
        "drain node-1: nothing was evicted: 1 pod without a controller that would make them again (force evicts them): "
        "shop/single; the node stays cordoned"
    )


async def test_a_drain_ends_when_its_pods_are_gone_and_not_when_they_are_told_to_end(scene: Scene) -> None:
    scene.nodes.add("slow", ends_after_seconds=20)
    async with scene.drain():
        await scene.advance(19)
        assert scene.result is None
        await scene.advance(2)
        assert scene.result is not None


@pytest.mark.parametrize(
    ("answer", "times"),
    [
        (BLOCKED, [0, 5, 10]),
        (EvictionAnswer(eviction=Eviction.BLOCKED, why="not looked at yet", retry_after_seconds=10), [0, 10, 20]),
        (EvictionAnswer(eviction=Eviction.OVERLOADED, why="too many requests", retry_after_seconds=1), [0, 1, 2]),
        (EvictionAnswer(eviction=Eviction.OVERLOADED, why="it was changed", retry_after_seconds=0), [0, 5, 10]),
        (DOWN, [0, 5, 10]),
        (Unavailable("evict pod", "starting", retry_after_seconds=7), [0, 7, 14]),
    ],
)
async def test_what_passes_is_tried_again(scene: Scene, answer: EvictionAnswer | PortError, times: list[float]) -> None:
    pod = scene.nodes.add("db-0", answer, answer)
    assert evicted(await scene.drained()) == ["db-0"]
    assert pod.asked_at == times


async def test_a_pod_that_is_gone_or_came_back_under_its_name_is_done(scene: Scene) -> None:
    pod = scene.nodes.add("db-0", BLOCKED, GONE)
    assert evicted(await scene.drained()) == ["db-0"]
    assert len(pod.asked_at) == 2


async def test_a_pod_that_goes_by_itself_is_not_asked_about_again(scene: Scene) -> None:
    pod = scene.nodes.add("db-0", *[BLOCKED] * 99)
    async with scene.drain():
        await scene.advance(2)
        pod.ended_at = 2.0
        await scene.advance(4)
    assert scene.result is not None
    assert pod.asked_at == [0]


async def test_a_pod_whose_namespace_ends_is_waited_for_and_not_evicted_again(scene: Scene) -> None:
    ends = EvictionAnswer(eviction=Eviction.NAMESPACE_ENDS, why="is being terminated")
    pod = scene.nodes.add("old", ends, ends_after_seconds=12)
    async with scene.drain():
        await scene.advance(11)
        assert scene.result is None
        await scene.advance(2)
    assert scene.result is not None
    assert pod.asked_at == [0]


async def test_what_cannot_be_evicted_costs_itself_and_the_others_go(scene: Scene) -> None:
    scene.nodes.add("web-1")
    scene.nodes.add("web-2", InvalidRequest("evict pod", "it has more than one PodDisruptionBudget"))
    error = await scene.stopped()
    assert str(error) == (
        "drain node-1: not every pod can be evicted; evicted 1 of 2 pods: shop/web-1; cannot be evicted: shop/web-2 "
        "(it has more than one PodDisruptionBudget); the node stays cordoned"
    )
    assert error.outcome is Outcome.FAILED


async def test_a_pod_that_was_deleted_long_ago_is_not_waited_for(scene: Scene) -> None:
    scene.nodes.add("stuck", ends_after_seconds=9000, grace_seconds=10)
    result = await scene.drained(DrainOptions(skip_wait_for_delete_timeout_seconds=20))
    assert (left(result), evicted(result)) == ({"stuck": Stage.NOT_WAITED_FOR}, [])


async def test_not_more_than_ten_evictions_are_under_way_at_once(scene: Scene) -> None:
    for number in range(25):
        scene.nodes.add(f"web-{number}", anyio.sleep_forever)
    error = await scene.stopped(DrainOptions(timeout_seconds=20))
    assert scene.nodes.most_asking == 10
    assert "not evicted yet: shop/web-10, " in str(error)


@pytest.mark.parametrize(
    ("options", "removal"),
    [
        (DrainOptions(), Removal()),
        (DrainOptions(grace_period_seconds=0), Removal(grace_period_seconds=0)),
        (DrainOptions(grace_period_seconds=90), Removal(grace_period_seconds=90)),
        (DrainOptions(disable_eviction=True), Removal(by_deletion=True)),
    ],
)
async def test_pods_are_ended_as_the_caller_says(scene: Scene, options: DrainOptions, removal: Removal) -> None:
    pod = scene.nodes.add("web-1")
    await scene.drained(options)
    assert pod.removals == [removal]


async def test_how_far_it_has_come_is_told_at_once_and_every_fifteen_seconds(scene: Scene) -> None:
    scene.nodes.add("gone")
    scene.nodes.add("slow", ends_after_seconds=35)
    scene.nodes.add("db-0", *[BLOCKED] * 6)
    await scene.drained()
    assert scene.told[0] == "0 of 3 pods gone; not evicted yet: shop/gone, shop/slow, shop/db-0"
    assert scene.told[1] == (
        "1 of 3 pods gone; still ending: shop/slow (its grace period ends 2026-01-01T00:00:30Z); "
        "not evicted: shop/db-0 (The disruption budget db needs 2 healthy pods)"
    )
    assert len(scene.told) == 3


async def test_a_node_that_cannot_be_taken_out_of_service_is_left_alone(scene: Scene) -> None:
    scene.nodes.failures["cordon"] = NotFound("cordon node node-1", "not found")
    async with scene.drain():
        pass
    assert isinstance(scene.error, NotFound)
    assert scene.nodes.calls == ["cordon"]


async def test_the_agents_own_pod_goes_when_all_others_are_gone_and_is_not_waited_for(scene: Scene) -> None:
    own = scene.nodes.add("agent", is_own=True, ends_after_seconds=900)
    scene.nodes.add("slow", ends_after_seconds=10)
    result = await scene.drained(DrainOptions(grace_period_seconds=0, disable_eviction=True), within_seconds=20)
    assert own.asked_at == [10]
    assert own.removals == [Removal(by_deletion=True)], "it needs its own time to answer"
    assert (evicted(result), result.own_pod) == (["slow"], own.candidate.pod)


async def test_the_agents_own_pod_stays_while_others_do(scene: Scene) -> None:
    own = scene.nodes.add("agent", is_own=True)
    scene.nodes.add("odd", DENIED)
    error = await scene.stopped()
    assert own.asked_at == []
    assert "not evicted: shop/agent (the agent's own pod, which goes last)" in str(error)


async def test_a_budget_of_the_agents_own_pod_is_waited_for_and_named(scene: Scene) -> None:
    scene.nodes.add("agent", *[BLOCKED] * 99, is_own=True)
    error = await scene.stopped(DrainOptions(timeout_seconds=20))
    assert error.outcome is Outcome.TIMED_OUT
    assert "not evicted: shop/agent (The disruption budget db needs 2 healthy pods)" in str(error)
