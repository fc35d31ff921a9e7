"""application.drain_node: what a drain does, in which order, how often, and what it says when it stops."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio
import pytest

from adapters.memory.clock import ManualClock
from application.drain_node import DrainNode
from domain.commands.drain import PodIdentity, Skip
from domain.commands.node_requests import DrainOptions
from domain.commands.node_results import DrainResult
from domain.errors import PartlyDoneError
from ports.errors import AccessDenied, InvalidRequest, NotFound, PortError, Unavailable
from ports.nodes import Eviction, EvictionAnswer, Removal
from tests.support.scripted_nodes import BLOCKED, ScriptedNodes

DENIED = AccessDenied("evict pod", "pods is forbidden")
DOWN = Unavailable("evict pod", "the connection broke off")
GONE = EvictionAnswer(eviction=Eviction.GONE)
_TURNS = 12
_STEP_SECONDS = 10.0


@dataclass
class Scene:
    """A drain of `node-1` under a clock that is moved by hand."""

    clock: ManualClock = field(default_factory=ManualClock)
    told: list[str] = field(default_factory=list)
    result: DrainResult | None = None
    error: Exception | None = None

    def __post_init__(self) -> None:
        self.nodes = ScriptedNodes(self.clock)

    @asynccontextmanager
    async def drain(self, options: DrainOptions | None = None) -> AsyncIterator["Scene"]:
        async with anyio.create_task_group() as group:
            group.start_soon(self._drain, options or DrainOptions())
            await anyio.wait_all_tasks_blocked()
            yield self
            group.cancel_scope.cancel()

    async def advance(self, seconds: float) -> None:
        """In steps: a cancellation takes several turns of the loop to arrive everywhere, and nothing wakes for it."""
        target = self.clock.monotonic() + seconds
        while self.clock.monotonic() < target:
            await self.clock.advance(min(_STEP_SECONDS, target - self.clock.monotonic()))
            for _ in range(_TURNS):
                await anyio.lowlevel.checkpoint()

    async def drained(self, options: DrainOptions | None = None, *, within_seconds: float = 100) -> DrainResult:
        async with self.drain(options):
            await self.advance(within_seconds)
        assert self.error is None, self.error
        assert self.result is not None, self.told
        return self.result

    async def stopped(self, options: DrainOptions | None = None, *, within_seconds: float = 200) -> PartlyDoneError:
        async with self.drain(options):
            await self.advance(within_seconds)
        assert isinstance(self.error, PartlyDoneError), self.result
        return self.error

    async def _drain(self, options: DrainOptions) -> None:
        try:
            self.result = await DrainNode(self.nodes, self.clock).drain("node-1", options, self.told.append)
        except (PartlyDoneError, PortError) as error:
            self.error = error


@pytest.fixture
def scene() -> Scene:
    return Scene()


def names(pods: tuple[PodIdentity, ...]) -> list[str]:
    return [pod.name for pod in pods]


def evicted(result: DrainResult) -> list[str]:
    return [eviction.pod.name for eviction in result.evicted]


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
    assert "remaining" not in scene.nodes.calls


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
    assert not error.is_out_of_time


async def test_a_drain_that_runs_out_of_time_accounts_for_every_pod(scene: Scene) -> None:
    nodes = scene.nodes
    nodes.is_cordoned = True
    nodes.add("gone")
    nodes.add("slow", ends_after_seconds=900, grace_seconds=600)
    nodes.add("db-0", *[BLOCKED] * 99)
    nodes.add("odd", DENIED)
    nodes.add("mute", anyio.sleep_forever)
    nodes.add("lost", *[DOWN] * 99)
    nodes.add("static", is_mirror=True)
    error = await scene.stopped(DrainOptions(timeout_seconds=60))
    assert error.is_out_of_time
    assert str(error) == (
        "drain node-1: stopped after 60 s; evicted 1 of 6 pods: shop/gone; "
        "still ending: shop/slow (its grace period ends 2026-01-01T00:10:00Z); "
        "asked to end, without an answer: shop/mute, shop/lost (the connection broke off); "
        "not evicted: shop/db-0 (The disruption budget db needs 2 healthy pods); "
        "cannot be evicted: shop/odd (pods is forbidden); "
        f"left ({Skip.MIRROR.value}): shop/static; the node stays cordoned, as it was before"
    )


async def test_a_drain_stops_in_time(scene: Scene) -> None:
    scene.nodes.add("db-0", *[BLOCKED] * 99)
    async with scene.drain(DrainOptions(timeout_seconds=60)):
        await scene.advance(59)
        assert scene.error is None
        await scene.advance(1)
        assert scene.error is not None


async def test_the_time_for_getting_ready_counts(scene: Scene) -> None:
    async def slowly() -> None:
        await scene.clock.sleep(50)

    scene.nodes.failures["drain_candidates"] = slowly
    scene.nodes.add("db-0", *[BLOCKED] * 99)
    async with scene.drain(DrainOptions(timeout_seconds=60)):
        await scene.advance(60)
        assert scene.error is not None


async def test_what_happened_in_the_last_moment_counts(scene: Scene) -> None:
    """The last look finds out that the eviction without an answer had worked."""

    async def answered_too_late() -> None:
        pod.ended_at = 0.0
        await anyio.sleep_forever()

    pod = scene.nodes.add("mute", answered_too_late)
    assert evicted(await scene.drained(DrainOptions(timeout_seconds=20))) == ["mute"]


async def test_a_pod_that_somebody_else_ends_is_seen_by_the_last_look(scene: Scene) -> None:
    pod = scene.nodes.add("db-0", *[BLOCKED] * 99)
    pod.deletion_at = scene.clock.now()
    error = await scene.stopped(DrainOptions(timeout_seconds=20))
    assert "still ending: shop/db-0 (its grace period ends 2026-01-01T00:00:00Z)" in str(error)


@pytest.mark.parametrize(("failure", "why"), [(DOWN, DOWN.why), (anyio.sleep_forever, "no answer in time")])
async def test_a_last_look_that_fails_is_said(scene: Scene, failure: PortError, why: str) -> None:
    scene.nodes.add("slow", ends_after_seconds=900)
    scene.nodes.failures["remaining"] = failure
    error = await scene.stopped(DrainOptions(timeout_seconds=20))
    assert f"still ending: shop/slow; which pods are gone could not be looked up: {why}" in str(error)


async def test_a_look_that_fails_is_repeated(scene: Scene) -> None:
    scene.nodes.add("web-1")
    scene.nodes.failures["remaining"] = DOWN
    async with scene.drain():
        await scene.advance(10)
        assert scene.result is None
        del scene.nodes.failures["remaining"]
        await scene.advance(2)
    assert scene.result is not None


async def test_a_pod_that_was_deleted_long_ago_is_not_waited_for(scene: Scene) -> None:
    scene.nodes.add("stuck", ends_after_seconds=9000, grace_seconds=10)
    result = await scene.drained(DrainOptions(skip_wait_for_delete_timeout_seconds=20))
    assert (names(result.not_waited_for), evicted(result)) == (["stuck"], [])


async def test_a_pod_that_is_not_waited_for_is_accounted_for(scene: Scene) -> None:
    scene.nodes.add("stuck", ends_after_seconds=9000, grace_seconds=10)
    scene.nodes.add("odd", DENIED)
    error = await scene.stopped(DrainOptions(skip_wait_for_delete_timeout_seconds=20))
    assert "deleted long ago, not waited for: shop/stuck" in str(error)


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


async def test_pods_that_cannot_be_listed_leave_the_node_cordoned_and_that_is_said(scene: Scene) -> None:
    scene.nodes.failures["drain_candidates"] = AccessDenied("list the pods of node node-1", "forbidden")
    error = await scene.stopped()
    assert str(error) == (
        "drain node-1: nothing was evicted: list the pods of node node-1: forbidden; the node stays cordoned"
    )


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
    assert error.is_out_of_time
    assert "not evicted: shop/agent (The disruption budget db needs 2 healthy pods)" in str(error)


async def test_a_dry_run_asks_about_every_pod_once_and_waits_for_nothing(scene: Scene) -> None:
    pods = [scene.nodes.add("web-1"), scene.nodes.add("db-0", BLOCKED), scene.nodes.add("agent", is_own=True)]
    result = await scene.drained(DrainOptions(dry_run=True), within_seconds=0)
    assert [pod.removals for pod in pods] == [[Removal(dry_run=True)]] * 3
    assert (result.dry_run, evicted(result)) == (True, ["web-1"])
    assert result.blocked == ((pods[1].candidate.pod, BLOCKED.why),)
    assert result.own_pod == pods[2].candidate.pod
    assert (scene.nodes.is_cordoned, scene.told) == (False, [])
    assert "remaining" not in scene.nodes.calls


async def test_a_dry_run_says_what_would_stop_a_drain(scene: Scene) -> None:
    for name, step in (("web-1", DENIED), ("web-2", GONE), ("web-3", DOWN), ("db-0", BLOCKED)):
        scene.nodes.add(name, step)
    error = await scene.stopped(DrainOptions(dry_run=True))
    assert str(error) == (
        "drain node-1: not every pod can be evicted; would evict 1 of 4 pods: shop/web-2; "
        "asked about, without an answer: shop/web-3 (the connection broke off); "
        "not evicted: shop/db-0 (The disruption budget db needs 2 healthy pods); "
        "cannot be evicted: shop/web-1 (pods is forbidden); this was a dry run, nothing was changed"
    )


async def test_a_dry_run_objects_as_a_drain_does(scene: Scene) -> None:
    scene.nodes.add("single", has_controller=False)
    error = await scene.stopped(DrainOptions(dry_run=True))
    assert str(error).endswith("shop/single; this was a dry run, nothing was changed")


async def test_a_dry_run_ends_in_time(scene: Scene) -> None:
    for number in range(11):
        scene.nodes.add(f"web-{number}", anyio.sleep_forever)
    error = await scene.stopped(DrainOptions(dry_run=True, timeout_seconds=5), within_seconds=5)
    assert error.is_out_of_time
    assert "would evict 0 of 11 pods; asked about, without an answer: shop/web-0" in str(error)
