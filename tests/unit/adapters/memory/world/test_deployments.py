"""ReplicaSets: what each of them wants in a rollout, how a rollout fails, how many old ones stay."""

import pytest

from adapters.memory.world.changes import set_replicas
from adapters.memory.world.deployments import HISTORY_LIMIT
from adapters.memory.world.incidents import roll_out
from adapters.memory.world.rollout_progress import DEADLINE_SECONDS
from adapters.memory.world.workload_view import view_deployment
from tests.unit.adapters.memory.world.builders import Bench, a_container, a_workload


def phase(bench: Bench) -> str:
    rollout = view_deployment(bench.world, bench.workload()).rollout
    return rollout.phase if rollout else ""


@pytest.mark.parametrize("replicas", [1, 2, 5, 8])
def test_replica_sets_together_never_want_more_than_the_surge_allows(replicas: int) -> None:
    bench = Bench(a_workload(replicas=replicas))
    roll_out(bench.world, bench.workload())
    wanted: list[tuple[int, ...]] = []
    for _ in range(120):
        bench.pass_seconds(1)
        now = tuple(found.desired for found in bench.workload().replica_sets.values())
        if not wanted or wanted[-1] != now:
            wanted.append(now)
    assert all(sum(sets) <= replicas + -(-replicas // 4) for sets in wanted)
    assert wanted[-1] == (0, replicas)
    news = [sets[1] for sets in wanted]
    assert news == sorted(news)


def test_a_rollout_whose_pods_never_work_fails_after_its_deadline_and_keeps_the_old_ones() -> None:
    bench = Bench(a_workload(replicas=4))
    workload = bench.workload()
    roll_out(bench.world, workload)
    for _ in range(4):
        bench.pass_seconds(1)
        for pod in workload.pods.values():
            if pod.revision == workload.revision:
                pod.due_seconds = 1e9
    bench.pass_seconds(int(DEADLINE_SECONDS) - 10)
    assert phase(bench) == "Progressing"
    bench.pass_seconds(15)
    assert phase(bench) == "Failed"
    (progress,) = [one for kind, one in workload.conditions.items() if kind == "Progressing"]
    assert (progress.status, progress.reason) == ("False", "ProgressDeadlineExceeded")
    old, new = workload.replica_sets.values()
    assert (old.ready, new.ready) == (3, 0)


def test_a_rollout_that_goes_on_after_its_deadline_becomes_well_again() -> None:
    bench = Bench(a_workload(replicas=1))
    workload = bench.workload()
    roll_out(bench.world, workload)
    bench.pass_seconds(1)
    (new,) = [pod for pod in workload.pods.values() if pod.revision == workload.revision]
    new.due_seconds = bench.world.seconds + DEADLINE_SECONDS + 60
    bench.pass_until(lambda: phase(bench) == "Failed", at_most=700)
    bench.pass_until(lambda: phase(bench) == "Available", at_most=100)
    assert workload.conditions["Progressing"].reason == "NewReplicaSetAvailable"


def test_scaling_is_no_rollout() -> None:
    bench = Bench(a_workload(replicas=2))
    workload = bench.workload()
    since = workload.conditions["Progressing"].updated_at
    set_replicas(bench.world, workload, 4)
    bench.pass_seconds(30)
    assert len(workload.replica_sets) == 1
    progress = workload.conditions["Progressing"]
    assert (progress.reason, progress.updated_at) == ("NewReplicaSetAvailable", since)


def test_only_the_last_old_replica_sets_are_kept() -> None:
    bench = Bench(a_workload(replicas=1))
    for _ in range(HISTORY_LIMIT + 4):
        roll_out(bench.world, bench.workload())
        bench.pass_seconds(40)
    numbers = [found.number for found in bench.workload().replica_sets.values()]
    assert numbers == list(range(5, HISTORY_LIMIT + 6))
    assert {found.key for found in bench.workload().replica_sets.values()} == bench.world.replica_sets.keys()


def test_a_deployment_with_too_few_pods_is_not_available() -> None:
    bench = Bench(a_workload(replicas=2, containers=(a_container(requests="3 1Gi"),)))
    workload = bench.workload()
    assert workload.conditions["Available"].status == "False"
    assert workload.conditions["Progressing"].reason == "ProgressDeadlineExceeded"
    set_replicas(bench.world, workload, 1)
    bench.pass_seconds(5)
    assert workload.conditions["Available"].status == "True"
