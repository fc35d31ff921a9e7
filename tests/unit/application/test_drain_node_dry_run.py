"""application.drain_node: a dry run asks, and neither changes anything nor waits."""

import anyio
import pytest

from domain.commands.drain_course import Stage
from domain.commands.node_requests import DrainOptions
from domain.commands.node_results import PodLeft
from domain.commands.results import Outcome
from ports.nodes import Removal
from tests.support.drain_scene import DENIED, DOWN, GONE, Scene, evicted
from tests.support.scripted_nodes import BLOCKED


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def test_a_dry_run_asks_about_every_pod_once_and_waits_for_nothing(scene: Scene) -> None:
    pods = [scene.nodes.add("web-1"), scene.nodes.add("db-0", BLOCKED), scene.nodes.add("agent", is_own=True)]
    result = await scene.drained(DrainOptions(dry_run=True), within_seconds=0)
    assert [pod.removals for pod in pods] == [[Removal(dry_run=True)]] * 3
    assert (result.dry_run, evicted(result)) == (True, ["web-1"])
    assert result.left == (PodLeft(pod=pods[1].candidate.pod, stage=Stage.PRESENT, why=BLOCKED.why),)
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
    assert error.outcome is Outcome.TIMED_OUT
    assert "would evict 0 of 11 pods; asked about, without an answer: shop/web-0" in str(error)
