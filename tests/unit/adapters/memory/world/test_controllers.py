"""Controllers bring pods to the wanted number, and no further."""

import pytest

from adapters.memory.world.blueprints import WorkloadKind
from adapters.memory.world.changes import set_replicas
from adapters.memory.world.incidents import roll_out
from adapters.memory.world.quotas import MAX_PODS
from tests.unit.adapters.memory.world.builders import Bench, a_container, a_node_plan, a_workload

TINY = a_container(requests="1m 1Mi")


@pytest.mark.parametrize("replicas", [1, 2, 3, 4, 8])
def test_a_rollout_surges_by_a_quarter_and_keeps_what_was_available(replicas: int) -> None:
    bench = Bench(a_workload(replicas=replicas))
    workload = bench.workload()
    old = workload.revision
    roll_out(bench.world, workload)
    seen_total, seen_available = 0, replicas
    for _ in range(120):
        bench.pass_seconds(1)
        active = workload.active()
        seen_total = max(seen_total, len(active))
        seen_available = min(seen_available, sum(pod.is_ready for pod in active))
    assert {pod.revision for pod in workload.active()} == {workload.revision} != {old}
    assert len(workload.active()) == replicas
    assert replicas < seen_total <= replicas + -(-replicas // 4)
    assert seen_available >= replicas - replicas // 4
    assert not workload.is_rolling


def test_a_rollout_and_a_scaling_at_once_end_where_both_want() -> None:
    bench = Bench(a_workload(replicas=4))
    workload = bench.workload()
    roll_out(bench.world, workload)
    bench.pass_seconds(5)
    set_replicas(bench.world, workload, 2)
    bench.pass_seconds(3)
    roll_out(bench.world, workload)
    set_replicas(bench.world, workload, 6)
    bench.pass_until(lambda: not workload.is_rolling, at_most=200)
    assert len(workload.active()) == 6
    assert {container.image for pod in workload.active() for container in pod.containers} == {"example/app:1.0.2"}


def test_every_new_version_has_a_replica_set_and_a_resource_version_of_its_own() -> None:
    bench = Bench(a_workload())
    workload = bench.workload()
    seen = set()
    for _ in range(5):
        seen.add((workload.revision, workload.resource_version, workload.images))
        roll_out(bench.world, workload)
    assert len({revision for revision, _, _ in seen}) == 5
    assert len({version for _, version, _ in seen}) == 5
    assert len({images for _, _, images in seen}) == 5


def test_what_does_not_change_is_not_looked_at_again() -> None:
    bench = Bench(a_workload(replicas=2))
    bench.pass_seconds(2)
    assert not bench.workload().needs_look
    before = dict(bench.workload().pods)
    bench.pass_seconds(100)
    assert bench.workload().pods == before


def test_a_quota_keeps_the_world_small_and_frees_what_it_held_back() -> None:
    bench = Bench(a_workload("big", containers=(TINY,)), a_workload("small", containers=(TINY,)))
    set_replicas(bench.world, bench.workload("big"), 10_000)
    bench.pass_seconds(30)
    assert len(bench.world.pods) == MAX_PODS
    set_replicas(bench.world, bench.workload("small"), 5)
    bench.pass_seconds(10)
    assert len(bench.pods("small")) == 1
    set_replicas(bench.world, bench.workload("big"), 1)
    bench.pass_until(lambda: len(bench.workload("small").active()) == 5, at_most=60)


def test_a_stateful_set_waits_for_a_pod_that_is_not_ready_and_gives_it_up_when_told() -> None:
    db = a_workload("db", WorkloadKind.STATEFUL_SET, replicas=1, containers=(a_container(requests="3 1Gi"),))
    bench = Bench(db, nodes=(a_node_plan(),))
    set_replicas(bench.world, bench.workload("db"), 3)
    bench.pass_seconds(30)
    assert [pod.name for pod in bench.pods("db")] == ["db-0", "db-1"]
    assert bench.pods("db")[1].node is None
    set_replicas(bench.world, bench.workload("db"), 1)
    bench.pass_seconds(10)
    assert [pod.name for pod in bench.pods("db")] == ["db-0"]


def test_pods_carry_the_labels_of_their_controllers() -> None:
    bench = Bench(a_workload(), a_workload("db", WorkloadKind.STATEFUL_SET), a_workload("ds", WorkloadKind.DAEMON_SET))
    web, db, ds = bench.pod(), bench.pod("db"), bench.pod("ds")
    assert web.labels == {"app": "web", "pod-template-hash": web.revision}
    assert web.name.startswith(f"web-{web.revision}-")
    assert (web.owner_kind, web.owner_name) == ("ReplicaSet", f"web-{web.revision}")
    assert db.labels["statefulset.kubernetes.io/pod-name"] == db.name == "db-0"
    assert ds.labels["controller-revision-hash"] == ds.revision
    assert (ds.owner_kind, ds.owner_name) == ("DaemonSet", "ds")
