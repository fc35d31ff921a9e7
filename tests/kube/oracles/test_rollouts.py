"""Phases and badges of the workloads that stand in every phase, read from a living cluster."""

import pytest

from tests.kube.oracles.kinds import KINDS
from tests.kube.oracles.test_wire import NOW, render
from tests.kube.oracles.world import World, read_world
from tests.kube.testbed.cluster import Cluster

DEPLOYMENTS = {
    ("shop", "web"): ("Available", ["Available"]),
    ("shop", "paused"): ("Paused", ["Available", "Paused"]),
    ("odd", "late"): ("Failed", ["Failed"]),
    ("tight", "refused"): ("Failed", ["Progressing", "ReplicaFailure"]),
    ("tight", "refused-late"): ("Failed", ["Failed", "ReplicaFailure"]),
    ("odd", "halfway"): ("Progressing", ["Available", "Progressing"]),
    ("odd", "halted"): ("Paused", ["Available", "Paused"]),
    ("odd", "unborn"): ("Paused", ["Paused"]),
    ("odd", "extremes"): ("Available", ["Available"]),
}
STATEFUL_SETS = {
    ("data", "db"): ("Complete", []),
    ("odd", "degraded"): ("Degraded", []),
    ("odd", "waiting"): ("Progressing", ["Updating"]),
    ("odd", "by-hand"): ("Complete", ["NewRevision"]),
    ("odd", "held-back"): ("Complete", ["NewRevision"]),
    ("odd", "nothing"): ("Complete", []),
}
DAEMON_SETS = {
    ("odd", "by-hand"): ("Complete", []),
    ("odd", "misplaced"): ("Complete", ["Misscheduled"]),
    ("odd", "degraded"): ("Degraded", ["Unavailable"]),
    ("odd", "nowhere"): ("Complete", []),
}


@pytest.fixture(scope="module")
def world(cluster: Cluster, odd: str) -> World:
    return read_world(cluster.api)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("deployments", DEPLOYMENTS), ("statefulSets", STATEFUL_SETS), ("daemonSets", DAEMON_SETS)],
)
def test_workloads_are_in_the_phases_that_their_manifests_are_for(
    world: World, name: str, expected: dict[tuple[str, str], tuple[str, list[str]]]
) -> None:
    found = {}
    for key in expected:
        rollout = render(KINDS[name].expect(world.lists[name][key], NOW, world))["rollout"]
        found[key] = (rollout["phase"], rollout["badges"])
    assert found == expected
