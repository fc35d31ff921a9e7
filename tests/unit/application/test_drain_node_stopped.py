"""application.drain_node: what a drain says that stops before its end."""

import anyio
import pytest

from domain.commands.drain import Skip
from domain.commands.drain_course import Stage
from domain.commands.node_requests import DrainOptions
from domain.commands.node_results import DrainResult
from domain.commands.results import Outcome
from ports.errors import AccessDenied, PortError
from tests.support.drain_scene import DENIED, DOWN, Scene, evicted, left
from tests.support.scripted_nodes import BLOCKED


@pytest.fixture
def scene() -> Scene:
    return Scene()


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
    assert error.outcome is Outcome.TIMED_OUT
    assert str(error) == (
        "drain node-1: stopped after 60 s; evicted 1 of 6 pods: shop/gone; "
        "still ending: shop/slow (its grace period ends 2026-01-01T00:10:00Z); "
        "asked to end, without an answer: shop/mute, shop/lost (the connection broke off); "
        "not evicted: shop/db-0 (The disruption budget db needs 2 healthy pods); "
        "cannot be evicted: shop/odd (pods is forbidden); "
        f"left ({Skip.MIRROR.value}): shop/static; the node stays cordoned, as it was before"
    )
    assert isinstance(error.content, DrainResult)
    assert evicted(error.content) == ["gone"]
    assert left(error.content) == {
        "slow": Stage.ENDING,
        "db-0": Stage.PRESENT,
        "odd": Stage.FAILED,
        "mute": Stage.ASKED,
        "lost": Stage.ASKED,
    }


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


async def test_a_drain_whose_pods_are_not_listed_in_time_has_evicted_nothing(scene: Scene) -> None:
    scene.nodes.failures["drain_candidates"] = anyio.sleep_forever
    error = await scene.stopped(DrainOptions(timeout_seconds=20))
    assert error.outcome is Outcome.TIMED_OUT
    assert str(error) == (
        "drain node-1: stopped after 20 s, while its pods were listed; nothing was evicted; the node stays cordoned"
    )


@pytest.mark.parametrize(("seconds_left", "limit_seconds"), [(135.0, 120), (60.0, 50), (3.0, 0)])
async def test_a_drain_that_has_waited_stops_early_enough_to_account_for_it(
    scene: Scene, seconds_left: float, limit_seconds: int
) -> None:
    scene.nodes.add("db-0", *[BLOCKED] * 99)
    scene.seconds_left = seconds_left
    error = await scene.stopped()
    assert f"stopped after {limit_seconds} s" in str(error)
    assert "the node stays cordoned" in str(error)


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


async def test_a_pod_that_is_not_waited_for_is_accounted_for(scene: Scene) -> None:
    scene.nodes.add("stuck", ends_after_seconds=9000, grace_seconds=10)
    scene.nodes.add("odd", DENIED)
    error = await scene.stopped(DrainOptions(skip_wait_for_delete_timeout_seconds=20))
    assert "deleted long ago, not waited for: shop/stuck" in str(error)


async def test_pods_that_cannot_be_listed_leave_the_node_cordoned_and_that_is_said(scene: Scene) -> None:
    scene.nodes.failures["drain_candidates"] = AccessDenied("list the pods of node node-1", "forbidden")
    error = await scene.stopped()
    assert str(error) == (
        "drain node-1: nothing was evicted: list the pods of node node-1: forbidden; the node stays cordoned"
    )
